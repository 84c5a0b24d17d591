/* Where everything of a frame lies. */
#include <stdlib.h>

#include "graph/graph_impl.h"

/* Bytes of what lies in a place one after the other. */
static size_t place_in_line(struct ivq_graph *graph, enum ivq_place place, size_t start, bool check)
{
    size_t end = start;
    for (ivq_ref r = 0; r < graph->ref_count; r++) {
        struct ivq_memory *const m = &graph->refs[r];
        if (m->place != place || m->check != check)
            continue;
        if (m->past) {
            m->offset = graph->refs[m->now].offset; /* which was recorded before */
            continue;
        }
        m->offset = end;
        end += ivq_graph_aligned(m->size);
    }
    return end;
}

/* Steps of one stage may run side by side, so what one of them reads and another writes is apart. The check
   is over when the scores begin. */
static bool live_together(const struct ivq_memory *a, const struct ivq_memory *b)
{
    return a->check == b->check && a->first <= b->last && b->first <= a->last;
}

static bool overlap(const struct ivq_memory *a, size_t offset, size_t size)
{
    return a->offset < offset + size && offset < a->offset + ivq_graph_aligned(a->size);
}

/* The lowest offset that is free as long as `m` is needed, given those placed before it. */
static size_t free_offset(struct ivq_memory *const *placed, int count, const struct ivq_memory *m)
{
    const size_t size = ivq_graph_aligned(m->size);
    size_t offset = 0;
    for (int i = 0; i < count; i++)
        if (live_together(placed[i], m) && overlap(placed[i], offset, size)) {
            offset = placed[i]->offset + ivq_graph_aligned(placed[i]->size);
            i = -1; /* what was passed may be in the way there */
        }
    return offset;
}

static int largest_first(const void *a, const void *b)
{
    const struct ivq_memory *const x = *(struct ivq_memory *const *)a, *const y =
                                                                           *(struct ivq_memory *const *)b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return x < y ? -1 : 1;
}

static size_t place_scratch(struct ivq_graph *graph)
{
    struct ivq_memory *placed[IVQ_GRAPH_MAX_REFS];
    int count = 0;
    size_t end = 0;
    for (ivq_ref r = 0; r < graph->ref_count; r++)
        if (graph->refs[r].place == IVQ_IN_SCRATCH)
            placed[count++] = &graph->refs[r];
    qsort(placed, (size_t)count, sizeof(struct ivq_memory *), largest_first);
    for (int i = 0; i < count; i++) {
        placed[i]->offset = free_offset(placed, i, placed[i]);
        const size_t after = placed[i]->offset + ivq_graph_aligned(placed[i]->size);
        end = after > end ? after : end;
    }
    return end;
}

void ivq_graph_layout(struct ivq_graph *graph, struct ivq_frame_sizes *sizes)
{
    const bool unified = graph->device->info.unified;
    graph->check_results = place_in_line(graph, IVQ_IN_RESULTS, 0, true);
    size_t results = place_in_line(graph, IVQ_IN_RESULTS, graph->check_results, false);
    if (!results)
        results = IVQ_BUFFER_ALIGN; /* a graph without results still has a buffer */
    const size_t scratch = place_scratch(graph);
    *sizes = (struct ivq_frame_sizes){
        .upload = graph->planes_size,
        .history = place_in_line(graph, IVQ_IN_HISTORY, unified ? 0 : graph->planes_size, false),
        .readback = results,
        .scratch = unified ? scratch : scratch + results, /* results last, then copied */
        .tables = place_in_line(graph, IVQ_IN_TABLES, 0, false),
    };
    graph->sizes = *sizes;
}

void ivq_graph_result_range(const struct ivq_graph *graph, enum ivq_list list, size_t *offset, size_t *size)
{
    const bool check = list == IVQ_LIST_CHECK;
    *offset = check ? 0 : graph->check_results;
    *size = check ? graph->check_results : graph->sizes.readback - graph->check_results;
}
