/* Sums that a second launch completes, and results. */
#include "graph/graph_impl.h"

#include "kernel_params.h"

void ivq_graph_result(struct ivq_graph *graph, ivq_ref ref, int count)
{
    if (ivq_graph_failed(graph))
        return;
    const enum ivq_place place = graph->refs[ref].place;
    if (place != IVQ_IN_SCRATCH && place != IVQ_IN_RESULTS) {
        ivq_fail(&graph->error, IVQ_USAGE, "a result is what a launch writes, and not looked back at");
        return;
    }
    if (graph->result_count == IVQ_GRAPH_MAX_NODES) {
        ivq_fail(&graph->error, IVQ_USAGE, "too many metrics at once: more than %d results a frame",
                 IVQ_GRAPH_MAX_NODES);
        return;
    }
    graph->refs[ref].place = IVQ_IN_RESULTS;
    graph->results[graph->result_count++] = (struct ivq_recorded_result){graph->metric, count, ref};
}

/* The launch of a kernel whose last and only output has so many elements. */
static ivq_ref launch_part(struct ivq_graph *graph, const struct ivq_launch *launch, size_t elements)
{
    struct ivq_launch complete = *launch;
    ivq_ref part = 0;
    complete.elements = &elements;
    complete.outputs = &part;
    ivq_graph_launch(graph, &complete);
    return part;
}

/* Completes a part into `elements` numbers, which become a result. */
static void complete(struct ivq_graph *graph, struct ivq_launch launch, ivq_ref part, int elements)
{
    launch.inputs = &part;
    ivq_graph_result(graph, launch_part(graph, &launch, (size_t)elements), elements);
}

static bool sums_as(struct ivq_graph *graph, const struct ivq_kernel *kernel, enum ivq_sums sums)
{
    if (kernel && kernel->sums == sums)
        return true;
    if (kernel)
        ivq_fail(&graph->error, IVQ_USAGE, "kernel %s does not sum in this way", kernel->name);
    return false;
}

void ivq_graph_launch_sums(struct ivq_graph *graph, const struct ivq_launch *launch)
{
    if (!sums_as(graph, launch->kernel, IVQ_SUMS_TILES))
        return;
    const int values = launch->kernel->values;
    const int tiles = ivq_graph_tiles_x(graph, launch->kernel, launch->width) *
                      ivq_graph_tiles_y(graph, launch->kernel, launch->height);
    const ivq_ref part = launch_part(graph, launch, (size_t)tiles * (size_t)values);
    const struct sum_tiles_params params = {tiles, values};
    const struct ivq_kernel *const kernel = ivq_graph_kernel(graph, "sum_tiles", "");
    complete(graph, (struct ivq_launch){.kernel = kernel, .params = &params, .width = values, .height = 1},
             part, values);
}

void ivq_graph_launch_rows(struct ivq_graph *graph, const struct ivq_launch *launch)
{
    if (!sums_as(graph, launch->kernel, IVQ_SUMS_ROWS))
        return;
    const int values = launch->kernel->values, rows = launch->height;
    const bool in_lanes = ivq_device_tile(graph->device, launch->kernel)->group_size > 0;
    const size_t columns =
        in_lanes ? (size_t)launch->width : 1; /* a worker has added those of a row already */
    const ivq_ref part = launch_part(graph, launch, (size_t)values * columns * (size_t)rows);
    const struct ordered_rows_params params = {launch->width, rows};
    const struct ivq_kernel *const kernel = ivq_graph_kernel(graph, "ordered_rows", "");
    complete(graph, (struct ivq_launch){.kernel = kernel, .params = &params, .width = rows, .height = values},
             part, values * rows);
}

float ivq_result_rows(const struct ivq_result *result, int rows, int value)
{
    float sum = 0;
    for (int y = 0; y < rows; y++)
        sum += result->f32[(size_t)value * (size_t)rows + (size_t)y];
    return sum;
}
