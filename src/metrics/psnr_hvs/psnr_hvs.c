/* PSNR-HVS-M (spec psnr_hvs): the device adds weighted squared errors of DCT coefficients, the host takes the
   logarithm. */
#include <math.h>

#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

enum { PLANES = 3, SIDE = 8, COEFFICIENTS = SIDE * SIDE, BLOCK_STEP = 7 };
enum { PSNR_HVS_Y, PSNR_HVS = PLANES }; /* outputs: a plane each, all of them */

static const struct ivq_option options[] = {{0}};

static const struct ivq_output outputs[] = {
    {.name = "psnr_hvs_y", .chroma = true, .help = "luma, dB"},
    {.name = "psnr_hvs_cb", .chroma = true, .help = "Cb, dB"},
    {.name = "psnr_hvs_cr", .chroma = true, .help = "Cr, dB"},
    {.name = "psnr_hvs", .chroma = true, .help = "the three errors weighted 0.8, 0.1, 0.1, dB"},
    {0},
};

/* Sensitivity to each coefficient (section 5): upper triangles of symmetric matrices, row by row. */
static const float sensitivity[PLANES][SIDE * (SIDE + 1) / 2] = {
    {1.6193873005F,   2.2901594831F,   2.08509755623F,  1.48366094411F,  1.00227514334F,  0.678296995242F,
     0.466224900598F, 0.3265091542F,   1.94321815382F,  2.04793073064F,  1.68731108984F,  1.2305666963F,
     0.868920337363F, 0.61280991668F,  0.436405793551F, 1.34329019223F,  1.09205635862F,  0.875748795257F,
     0.670882927016F, 0.501731932449F, 0.372504254596F, 0.772819797575F, 0.605636379554F, 0.48309405692F,
     0.380429446972F, 0.295774038565F, 0.448996256676F, 0.352889268808F, 0.283006984131F, 0.226951348204F,
     0.27032073436F,  0.215017739696F, 0.17408067321F,  0.168869545842F, 0.136153931001F, 0.109083846276F},
    {1.91113096927F,  2.46074210438F,  1.18284184739F,  1.14982565193F,  1.05017074788F,  0.898018824055F,
     0.74725392039F,  0.615105596242F, 1.58529308355F,  1.21363250036F,  1.38190029285F,  1.33100189972F,
     1.17428548929F,  0.996404342439F, 0.830890433625F, 0.978712413627F, 1.02624506078F,  1.03145147362F,
     0.960060382087F, 0.849823426169F, 0.731221236837F, 0.861317501629F, 0.801821139099F, 0.751437590932F,
     0.685398513368F, 0.608694761374F, 0.676555426187F, 0.605503172737F, 0.55002013668F,  0.495804539034F,
     0.514674450957F, 0.454353482512F, 0.407050308965F, 0.389234902883F, 0.342353999733F, 0.295530605237F},
    {2.03871978502F,  2.62502345193F,  1.26180942886F,  1.11019789803F,  1.01397751469F,  0.867069376285F,
     0.721500455585F, 0.593906509971F, 1.69112867013F,  1.17180569821F,  1.3342742857F,   1.28513006198F,
     1.13381474809F,  0.962064122248F, 0.802254508198F, 0.944981930573F, 0.990876405848F, 0.995903384143F,
     0.926972725286F, 0.820534991409F, 0.706020324706F, 0.831632933426F, 0.77418706195F,  0.725539939514F,
     0.661776842059F, 0.587716619023F, 0.653238524286F, 0.584635025748F, 0.531064164893F, 0.478717061273F,
     0.496936637883F, 0.438694579826F, 0.393021669543F, 0.375820256136F, 0.330555063063F, 0.285345396658F}};

/* What the kernel reads of a plane: sensitivities, then what masks, in raster order. */
struct weights {
    float sensitivity[COEFFICIENTS], mask[COEFFICIENTS];
};

static struct weights weights_of(int plane)
{
    struct weights weights;
    const float *next = sensitivity[plane];
    for (int i = 0; i < SIDE; i++)
        for (int j = i; j < SIDE; j++, next++)
            weights.sensitivity[i * SIDE + j] = weights.sensitivity[j * SIDE + i] = *next;
    for (int k = 0; k < COEFFICIENTS; k++) {
        const double root = (double)weights.sensitivity[k] * 0.3885746225901003;
        weights.mask[k] = (float)(root * root);
    }
    return weights;
}

/* How many blocks fit side by side. */
static int blocks_in(int size)
{
    return size < SIDE ? 0 : (size - SIDE) / BLOCK_STEP + 1;
}

static int blocks_of(const struct ivq_format *format, int plane)
{
    return blocks_in(format->width[plane]) * blocks_in(format->height[plane]);
}

/* A launch covers so many blocks at most: 64 MiB of terms, half of what any Vulkan device binds. */
enum { MOST_BLOCKS = 1 << 18 };

/* What one plane is measured with. */
struct pass {
    struct ivq_plane ref, dis;
    ivq_ref weights;
    const struct ivq_kernel *terms, *sum;
};

/* Adds some rows of blocks to the sum of those above. */
static ivq_ref add_rows(struct ivq_graph *graph, const struct pass *pass, int top, int rows, ivq_ref before)
{
    const int across = blocks_in(pass->ref.width), blocks = across * rows;
    const struct psnr_hvs_terms_params params = {
        .across = across, .blocks = blocks, .top = top, .stride = pass->ref.stride};
    const ivq_ref inputs[] = {pass->ref.ref, pass->dis.ref, pass->weights};
    ivq_ref terms, total;
    ivq_graph_launch(graph, &(struct ivq_launch){pass->terms, &params, across, rows, inputs,
                                                 (const size_t[]){(size_t)blocks * COEFFICIENTS}, &terms});
    ivq_graph_launch(graph,
                     &(struct ivq_launch){pass->sum, &(struct psnr_hvs_sum_params){blocks}, 1, 1,
                                          (const ivq_ref[]){terms, before}, (const size_t[]){1}, &total});
    return total;
}

/* The plane has blocks. */
static void plan_plane(struct ivq_graph *graph, const struct ivq_format *format, int plane)
{
    const struct weights weights = weights_of(plane);
    const struct pass pass = {
        .ref = ivq_graph_plane(graph, IVQ_SIDE_REF, plane, 0),
        .dis = ivq_graph_plane(graph, IVQ_SIDE_DIS, plane, 0),
        .weights = ivq_graph_table(graph, &weights, sizeof weights),
        .terms = ivq_graph_kernel(graph, "psnr_hvs_terms", format->depth > 8 ? "u16" : "u8"),
        .sum = ivq_graph_kernel(graph, "psnr_hvs_sum", ""),
    };
    const int across = blocks_in(pass.ref.width), down = blocks_in(pass.ref.height);
    const int most = MOST_BLOCKS / (across ? across : 1);
    ivq_ref sum = ivq_graph_table(graph, &(float){0}, sizeof(float));
    for (int top = 0; top < down; top += most)
        sum = add_rows(graph, &pass, top, down - top < most ? down - top : most, sum);
    ivq_graph_result(graph, sum, 1);
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    (void)opaque;
    for (int p = 0; p < PLANES; p++)
        if (blocks_of(format, p))
            plan_plane(graph, format, p);
    return ivq_graph_status(graph, error);
}

static double decibel(double error)
{
    return 10.0 * -ivq_log10(error);
}

/* Section 7. A plane without blocks has no result, and its error is not a number. */
static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    (void)opaque;
    (void)state;
    const float peak = (float)((1 << format->depth) - 1);
    const struct ivq_result *result = scored->results;
    double error[PLANES];
    for (int p = 0; p < PLANES; p++) {
        const int blocks = blocks_of(format, p);
        error[p] = NAN;
        if (blocks)
            error[p] = (double)((result++)->f32[0] / (float)(blocks * COEFFICIENTS) / (peak * peak));
        sink->put(sink, PSNR_HVS_Y + p, scored->frame, decibel(error[p]));
    }
    sink->put(sink, PSNR_HVS, scored->frame, decibel(0.8 * error[0] + 0.1 * (error[1] + error[2])));
}

const struct ivq_metric ivq_metric_psnr_hvs = {
    .name = "psnr_hvs",
    .help = "PSNR of DCT coefficients, weighted and masked as the eye sees them",
    .options = options,
    .outputs = outputs,
    .min_size = 1,
    .max_depth = 12,
    .reads = IVQ_READS_BOTH | IVQ_READS_CHROMA,
    .needs_chroma = true,
    .plan = plan,
    .score = score,
};
