/* psnr_hvs.md sections 2 to 7. */
#include "plain_util.h"

#include <math.h>

enum { SIDE = 8, COEFFICIENTS = SIDE * SIDE, STEP = 7, DEEPEST = 12 };

/* Section 5: upper triangles of symmetric matrices, row by row. */
static const float csf_triangle[3][36] = {
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

/* Sensitivity C and masking weight K of each coefficient, in raster order. */
struct weights {
    float csf[COEFFICIENTS], mask[COEFFICIENTS];
};

static struct weights weights_of(int plane)
{
    struct weights weights;
    const float *next = csf_triangle[plane];
    for (int i = 0; i < SIDE; i++)
        for (int j = i; j < SIDE; j++)
            weights.csf[i * SIDE + j] = weights.csf[j * SIDE + i] = *next++;
    for (int k = 0; k < COEFFICIENTS; k++) {
        double t = (double)weights.csf[k] * 0.3885746225901003;
        weights.mask[k] = (float)(t * t);
    }
    return weights;
}

/* One picture's samples of a block, and what sections 3 and 4 make of them. */
struct block {
    int32_t samples[COEFFICIENTS], dct[COEFFICIENTS];
    float ratio; /* R: of local to global variation */
};

static float sum_of_squares(const int32_t *samples, int left, int top, int side)
{
    int32_t sum = 0;
    float squares = 0.0F;
    for (int i = top; i < top + side; i++)
        for (int j = left; j < left + side; j++)
            sum += samples[i * SIDE + j];
    float mean = (float)sum / (float)(side * side);
    for (int i = top; i < top + side; i++)
        for (int j = left; j < left + side; j++) {
            float difference = (float)samples[i * SIDE + j] - mean;
            squares += difference * difference;
        }
    return squares;
}

static float variation_ratio(const int32_t *samples)
{
    float global = sum_of_squares(samples, 0, 0, SIDE) * 0x1.041042p+0F;
    float local = 0.0F;
    for (int q = 0; q < 4; q++)
        local += sum_of_squares(samples, q / 2 * 4, q % 2 * 4, 4) * 0x1.111112p+0F;
    return global > 0.0F ? local / global : 0.0F;
}

static int32_t half(int32_t a)
{
    return (a + (a < 0)) >> 1;
}

static int32_t scaled(int32_t b, int32_t c, int n)
{
    return (b * c + (1 << (n - 1))) >> n;
}

/* Section 4; x and y may not overlap. Element k of x lies at x[k * step], and so with y. */
static void dct_8(const int32_t *x, int32_t *y, int step)
{
    int32_t p1 = x[0] - x[7 * step], h1 = half(p1), p0 = x[0] - h1;
    int32_t q4 = x[step] + x[6 * step], h4 = half(q4), q5 = x[6 * step] - h4;
    int32_t r3 = x[2 * step] - x[5 * step], r2 = x[2 * step] - half(r3);
    int32_t s6 = x[3 * step] + x[4 * step], h6 = half(s6), s7 = h6 - x[4 * step];
    p0 += h6;
    s6 = p0 - s6;
    r2 = h4 - r2;
    q4 = r2 - q4;
    p0 -= scaled(q4, 13573, 15);
    q4 += scaled(p0, 11585, 14);
    p0 -= scaled(q4, 13573, 15);
    s6 -= scaled(r2, 21895, 15);
    r2 += scaled(s6, 15137, 14);
    s6 -= scaled(r2, 21895, 15);
    r3 += scaled(q5, 19195, 15);
    q5 += scaled(r3, 11585, 14);
    r3 -= scaled(q5, 7489, 13);
    s7 = half(q5) - s7;
    q5 -= s7;
    r3 = h1 - r3;
    p1 -= r3;
    s7 += scaled(p1, 3227, 15);
    p1 -= scaled(s7, 6393, 15);
    s7 += scaled(p1, 3227, 15);
    q5 += scaled(r3, 2485, 13);
    r3 -= scaled(q5, 18205, 15);
    q5 += scaled(r3, 2485, 13);
    const int32_t result[SIDE] = {p0, p1, r2, r3, q4, q5, s6, s7};
    for (int k = 0; k < SIDE; k++)
        y[k * step] = result[k];
}

static void make_block(const struct plain_plane *plane, int left, int top, struct block *block)
{
    int32_t columns[COEFFICIENTS];
    for (int k = 0; k < COEFFICIENTS; k++)
        block->samples[k] = plane->samples[(top + k / SIDE) * plane->width + left + k % SIDE];
    block->ratio = variation_ratio(block->samples);
    for (int j = 0; j < SIDE; j++)
        dct_8(block->samples + j, columns + j, SIDE);
    for (int i = 0; i < SIDE; i++)
        dct_8(columns + i * SIDE, block->dct + i * SIDE, 1);
}

static float mask_of(const struct block *block, const struct weights *weights)
{
    float energy = 0.0F;
    for (int k = 1; k < COEFFICIENTS; k++)
        energy += (float)(block->dct[k] * block->dct[k]) * weights->mask[k];
    return sqrtf(energy * block->ratio) / 32.0F;
}

/* Adds the 64 terms of a block to the plane's accumulator. */
static float add_block(float sum, const struct block *ref, const struct block *dis,
                       const struct weights *weights)
{
    float ref_mask = mask_of(ref, weights), dis_mask = mask_of(dis, weights);
    float mask = dis_mask > ref_mask ? dis_mask : ref_mask;
    for (int k = 0; k < COEFFICIENTS; k++) {
        int32_t difference = ref->dct[k] - dis->dct[k];
        float error = (float)(difference < 0 ? -difference : difference);
        if (k > 0) {
            float threshold = mask / weights->mask[k];
            error = error < threshold ? 0.0F : error - threshold;
        }
        float weighted = error * weights->csf[k];
        sum += weighted * weighted;
    }
    return sum;
}

/* S of section 7: not a number where no block fits. */
static double plane_error(const struct plain_plane *ref, const struct plain_plane *dis, int plane, int depth)
{
    const struct weights weights = weights_of(plane);
    float sum = 0.0F, peak = (float)((1 << depth) - 1);
    int blocks = 0;
    for (int top = 0; top <= ref->height - SIDE; top += STEP)
        for (int left = 0; left <= ref->width - SIDE; left += STEP, blocks++) {
            struct block ref_block, dis_block;
            make_block(ref, left, top, &ref_block);
            make_block(dis, left, top, &dis_block);
            sum = add_block(sum, &ref_block, &dis_block, &weights);
        }
    return (double)(sum / (float)(COEFFICIENTS * blocks) / (peak * peak));
}

static double decibels(double error)
{
    return 10.0 * -plain_log10(error);
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    static const char *const names[3] = {"psnr_hvs_y", "psnr_hvs_cb", "psnr_hvs_cr"};
    (void)options;
    if (frames[0].planes != 3)
        return plain_fail("psnr_hvs needs chroma planes");
    if (frames[0].depth > DEEPEST)
        return plain_fail("psnr_hvs: %d bits per sample, more than %d", frames[0].depth, DEEPEST);
    for (int t = 0; t < count; t++) {
        double error[3];
        for (int c = 0; c < 3; c++) {
            error[c] = plane_error(&frames[t].ref[c], &frames[t].dis[c], c, frames[t].depth);
            emit(user, t, names[c], decibels(error[c]));
        }
        emit(user, t, "psnr_hvs", decibels(0.8 * error[0] + 0.1 * (error[1] + error[2])));
    }
    return 0;
}

static const struct plain_option option_table[] = {{0}};
static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {{"flat:40x40:8:0:0", ""},
                                               {"still:40x40:420:13:0:0", ""},
                                               {"still:40x40:420:8:0:0", "enable_chroma=false"},
                                               {0}};
extern const struct plain_figure plain_psnr_hvs_figures[];

const struct plain_metric plain_psnr_hvs = {
    .name = "psnr_hvs",
    .options = option_table,
    .min_size = 1,
    .single = true,
    .ulps = 2, /* the logarithm, DECISIONS 6; one figure is 2 away */
    .run = run,
    .goldens = goldens,
    .figures = plain_psnr_hvs_figures,
    .refused = refused,
};
