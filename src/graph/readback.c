/* Frames as the engine meets them, and records. */
#include "graph/graph_impl.h"

void ivq_graph_picture(const struct ivq_graph *graph, const struct ivq_buffer *upload, enum ivq_side side,
                       struct ivq_picture *picture)
{
    const struct ivq_format *const format = &graph->format;
    *picture = (struct ivq_picture){{NULL}, {0}};
    for (int p = 0; p < ivq_format_planes(format); p++) {
        picture->data[p] = (char *)upload->host + graph->plane_offset[side][p];
        picture->stride[p] = (ptrdiff_t)ivq_stride(format->width[p]) * ivq_format_sample_size(format);
    }
}

int ivq_graph_result_count(const struct ivq_graph *graph, int metric)
{
    int count = 0;
    for (int i = 0; i < graph->result_count; i++)
        count += graph->results[i].metric == metric;
    return count;
}

void ivq_graph_results(const struct ivq_graph *graph, int metric, const struct ivq_buffer *readback,
                       struct ivq_result *results)
{
    for (int i = 0; i < graph->result_count; i++) {
        const struct ivq_recorded_result *const r = &graph->results[i];
        if (r->metric == metric)
            *results++ = (struct ivq_result){
                .count = r->count, .data = (const char *)readback->host + graph->refs[r->ref].offset};
    }
}

bool ivq_graph_pass(const struct ivq_graph *graph, int index, struct ivq_pass *pass)
{
    if (index < 0 || index >= graph->node_count)
        return false;
    const struct ivq_node *node = &graph->nodes[index];
    *pass = (struct ivq_pass){node->kernel->name, node->groups_x, node->groups_y, node->stage};
    return true;
}

bool ivq_graph_pass_serves(const struct ivq_graph *graph, int pass, int metric)
{
    return graph->nodes[pass].serves[metric];
}

bool ivq_graph_pass_in(const struct ivq_graph *graph, int pass, enum ivq_list list)
{
    return ivq_graph_node_in(&graph->nodes[pass], list);
}

size_t ivq_graph_bytes_to_device(const struct ivq_graph *graph, enum ivq_list list)
{
    size_t bytes = 0;
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int plane = 0; plane < ivq_format_planes(&graph->format); plane++)
            bytes += ivq_graph_uploads(graph, list, side, plane) ? ivq_graph_plane_bytes(graph, plane) : 0;
    return bytes;
}

size_t ivq_graph_bytes_from_device(const struct ivq_graph *graph, enum ivq_list list)
{
    size_t offset, size;
    ivq_graph_result_range(graph, list, &offset, &size);
    return size;
}

int ivq_graph_rows_side_by_side(const struct ivq_graph *graph)
{
    int rows = 0, stages = 1;
    for (int i = 0; i < graph->node_count; i++)
        if (ivq_graph_node_in(&graph->nodes[i], IVQ_LIST_SCORES)) {
            rows += graph->nodes[i].groups_y;
            stages = graph->nodes[i].stage > stages ? graph->nodes[i].stage : stages;
        }
    return rows / stages > 1 ? rows / stages : 1;
}
