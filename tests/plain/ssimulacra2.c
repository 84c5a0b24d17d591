/* ssimulacra2.md sections 2 to 7. Every operation on binary32 is rounded by itself, in the order written. */
#include "ssimulacra2.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SIZE = 1024, SMALLEST = 8, PLANES = 3, NORMS = PLAIN_SSIMULACRA2_NORMS };

#define C2 0x1.d7dbf4p-11F

/* --- Section 2: samples to linear RGB --- */

static const struct matrix {
    float offset, gain, chroma_gain; /* yo, ys, cs */
    float crr, cbb, cbg, crg;
} matrices[4] = {
    {0x1.010102p-4F, 0x1.2a150ap+0F, 0x1.236db6p+0F, 0x1.932618p+0F, 0x1.db089ap+0F, -0x1.7fa3dcp-3F,
     -0x1.df5bf8p-2F},
    {0x1.010102p-4F, 0x1.2a150ap+0F, 0x1.236db6p+0F, 0x1.66e978p+0F, 0x1.c5a1cap+0F, -0x1.606542p-2F,
     -0x1.6da344p-1F},
    {0.0F, 1.0F, 1.0F, 0x1.932618p+0F, 0x1.db089ap+0F, -0x1.7fa3dcp-3F, -0x1.df5bf8p-2F},
    {0.0F, 1.0F, 1.0F, 0x1.66e978p+0F, 0x1.c5a1cap+0F, -0x1.606542p-2F, -0x1.6da344p-1F},
};

const float *plain_ssimulacra2_table(void)
{
    static float table[TABLE_SIZE];
    for (int i = 0; table[TABLE_SIZE - 1] == 0.0F && i < TABLE_SIZE; i++) {
        double t = i / 1023.0;
        table[i] = (float)(t <= 0.04045 ? t / 12.92 : plain_pow((t + 0.055) / 1.055, 2.4));
    }
    return table;
}

float plain_ssimulacra2_linear(float t)
{
    const float *T = plain_ssimulacra2_table();
    if (t <= 0.0F)
        return 0.0F;
    if (t >= 1.0F)
        return 1.0F;
    float k = t * 1023.0F;
    int i = (int)k;
    float f = k - (float)i;
    return T[i] + (T[i + 1] - T[i]) * f;
}

static void rgb_of(float Y, float U, float V, const struct matrix *m, float rgb[PLANES])
{
    float a = (Y - m->offset) * m->gain;
    float u = (U - 0.5F) * m->chroma_gain, v = (V - 0.5F) * m->chroma_gain;
    rgb[0] = plain_ssimulacra2_linear(a + m->crr * v);
    rgb[1] = plain_ssimulacra2_linear((a + m->cbg * u) + m->crg * v);
    rgb[2] = plain_ssimulacra2_linear(a + m->cbb * u);
}

/* The chroma sample at the upper left; the last one where the planes are floor-sized. */
static int chroma_position(int x, int luma, int chroma)
{
    int position = chroma == luma ? x : x >> 1;
    return position < chroma ? position : chroma - 1;
}

void plain_ssimulacra2_rgb(const struct plain_plane planes[3], int depth, int matrix,
                           struct plain_image rgb[3])
{
    int width = planes[0].width, height = planes[0].height;
    float unit = 1.0F / (float)((1 << depth) - 1);
    for (int c = 0; c < PLANES; c++)
        rgb[c] = plain_image_new(width, height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int row = chroma_position(y, height, planes[1].height);
            int luma = y * width + x,
                chroma = row * planes[1].width + chroma_position(x, width, planes[1].width);
            float components[PLANES];
            rgb_of((float)planes[0].samples[luma] * unit, (float)planes[1].samples[chroma] * unit,
                   (float)planes[2].samples[chroma] * unit, &matrices[matrix], components);
            for (int c = 0; c < PLANES; c++)
                rgb[c].samples[luma] = components[c];
        }
}

/* --- Section 3: linear RGB to X, Y, B --- */

float plain_ssimulacra2_cube_root(float x)
{
    uint32_t bits;
    float y;
    if (x <= 0.0F)
        return 0.0F;
    memcpy(&bits, &x, sizeof(bits));
    bits = bits / 3 + 0x2a5137a0;
    memcpy(&y, &bits, sizeof(y));
    for (int i = 0; i < 2; i++) {
        float q = x / (y * y);
        y = (2.0F * y + q) * 0x1.555556p-2F;
    }
    return y;
}

/* One row of the matrix, the bias, the cube root */
static float cone(float r, float g, float b, const float row[PLANES])
{
    const float k0 = 0x1.f12a6cp-9F, c0 = 0x1.3f64f6p-3F;
    float mixed = ((row[0] * r + row[1] * g) + row[2] * b) + k0;
    return plain_ssimulacra2_cube_root(mixed < 0.0F ? 0.0F : mixed) - c0;
}

void plain_ssimulacra2_xyb(const struct plain_image rgb[3], struct plain_image xyb[3])
{
    static const float l[PLANES] = {0x1.333334p-2F, 0x1.3e76c8p-1F, 0x1.3f7ceep-4F};
    static const float m[PLANES] = {0x1.d70a3ep-3F, 0x1.624dd2p-1F, 0x1.3f7ceep-4F};
    static const float s[PLANES] = {0x1.f28798p-3F, 0x1.a35d1ep-3F, 0x1.1a86d2p-1F};
    for (int c = 0; c < PLANES; c++)
        xyb[c] = plain_image_new(rgb[0].width, rgb[0].height);
    for (int i = 0; i < plain_image_count(&rgb[0]); i++) {
        float r = rgb[0].samples[i], g = rgb[1].samples[i], b = rgb[2].samples[i];
        float L = cone(r, g, b, l), M = cone(r, g, b, m), S = cone(r, g, b, s);
        float Y0 = 0.5F * (L + M);
        xyb[0].samples[i] = 0.5F * (L - M) * 14.0F + 0x1.ae147ap-2F;
        xyb[1].samples[i] = Y0 + 0x1.47ae14p-7F;
        xyb[2].samples[i] = (S - Y0) + 0x1.19999ap-1F;
    }
}

/* --- Section 4: the next scale; replaces the image --- */

static void halve(struct plain_image *image)
{
    struct plain_image p = *image;
    *image = plain_image_new((p.width + 1) / 2, (p.height + 1) / 2);
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            int right = 2 * x + 1 < p.width ? 2 * x + 1 : p.width - 1;
            int below = 2 * y + 1 < p.height ? 2 * y + 1 : p.height - 1;
            const float *top = p.samples + 2 * y * p.width, *bottom = p.samples + below * p.width;
            image->samples[y * image->width + x] =
                (((top[2 * x] + top[right]) + bottom[2 * x]) + bottom[right]) * 0.25F;
        }
    plain_image_free(&p);
}

/* --- Section 5: blur --- */

void plain_ssimulacra2_blur_line(const float *in, float *out, int n, int step)
{
    static const float N[3] = {0x1.c4fa84p-5F, -0x1.e1fd7ap-5F, 0x1.a8894ap-7F};
    static const float D[3] = {-0x1.e6f0e2p+0F, -0x1.2cf23p+0F, -0x1.1a6264p-53F};
    float p[3] = {0}, q[3] = {0}, o[3];
    for (int t = -4; t < n; t++) {
        float before = t >= 6 ? in[(t - 6) * step] : 0.0F;
        float sum = before + (t + 4 < n ? in[(t + 4) * step] : 0.0F);
        for (int k = 0; k < 3; k++) {
            o[k] = (N[k] * sum - D[k] * p[k]) - q[k];
            q[k] = p[k];
            p[k] = o[k];
        }
        if (t >= 0)
            out[t * step] = (o[0] + o[1]) + o[2];
    }
}

static struct plain_image blurred(const struct plain_image *image)
{
    int width = image->width, height = image->height;
    struct plain_image rows = plain_image_new(width, height), result = plain_image_new(width, height);
    for (int y = 0; y < height; y++)
        plain_ssimulacra2_blur_line(image->samples + y * width, rows.samples + y * width, width, 1);
    for (int x = 0; x < width; x++)
        plain_ssimulacra2_blur_line(rows.samples + x, result.samples + x, height, width);
    plain_image_free(&rows);
    return result;
}

static struct plain_image blurred_product(const struct plain_image *a, const struct plain_image *b)
{
    struct plain_image product = plain_image_product(a, b), result = blurred(&product);
    plain_image_free(&product);
    return result;
}

struct plain_ssimulacra2_blurred plain_ssimulacra2_blur(const struct plain_image *x1,
                                                        const struct plain_image *x2)
{
    return (struct plain_ssimulacra2_blurred){.m1 = blurred(x1),
                                              .m2 = blurred(x2),
                                              .s11 = blurred_product(x1, x1),
                                              .s22 = blurred_product(x2, x2),
                                              .s12 = blurred_product(x1, x2)};
}

void plain_ssimulacra2_blurred_free(struct plain_ssimulacra2_blurred *b)
{
    struct plain_image *images[] = {&b->m1, &b->m2, &b->s11, &b->s22, &b->s12};
    for (int i = 0; i < 5; i++)
        plain_image_free(images[i]);
}

/* --- Section 6: error maps --- */

/* Sums of d, ringing and blurring, and of their fourth powers */
struct sums {
    double v[3], fourth[3];
};

static void add(struct sums *to, const struct sums *term)
{
    for (int k = 0; k < 3; k++) {
        to->v[k] += term->v[k];
        to->fourth[k] += term->fourth[k];
    }
}

static struct sums terms_at(const struct plain_image *x1, const struct plain_image *x2,
                            const struct plain_ssimulacra2_blurred *b, int i)
{
    float m1 = b->m1.samples[i], m2 = b->m2.samples[i];
    float nm = 1.0F - (m1 - m2) * (m1 - m2);
    float ns = 2.0F * (b->s12.samples[i] - m1 * m2) + C2;
    float ds = ((b->s11.samples[i] - m1 * m1) + (b->s22.samples[i] - m2 * m2)) + C2;
    double d = 1.0 - ((double)nm * (double)ns) / (double)ds;
    double e1 = fabs((double)x1->samples[i] - (double)m1), e2 = fabs((double)x2->samples[i] - (double)m2);
    double e = (1.0 + e2) / (1.0 + e1) - 1.0;
    struct sums terms = {{d > 0.0 ? d : 0.0, e > 0.0 ? e : 0.0, e < 0.0 ? -e : 0.0}, {0}};
    for (int k = 0; k < 3; k++)
        terms.fourth[k] = (terms.v[k] * terms.v[k]) * (terms.v[k] * terms.v[k]);
    return terms;
}

static struct sums plane_sums(const struct plain_image *x1, const struct plain_image *x2,
                              enum plain_sum_order order)
{
    struct plain_ssimulacra2_blurred b = plain_ssimulacra2_blur(x1, x2);
    struct sums total = {0}, *columns = plain_alloc((size_t)x1->width, sizeof(*columns));
    for (int y = 0; y < x1->height; y++)
        for (int x = 0; x < x1->width; x++) {
            struct sums terms = terms_at(x1, x2, &b, y * x1->width + x);
            add(order == PLAIN_RASTER ? &total : &columns[x], &terms);
        }
    for (int x = 0; order == PLAIN_BY_COLUMNS && x < x1->width; x++)
        add(&total, &columns[x]);
    plain_ssimulacra2_blurred_free(&b);
    free(columns);
    return total;
}

/* --- Section 7: pooling --- */

/* clang-format off */
/* By plane, scale, norm (L1, L4) and map (ssim, ringing, blurring) */
static const double weights[NORMS] = {
    /* X, scale 0 */ 0.0, 0.0007376606707406586, 0.0, 0.0, 0.0007793481682867309, 0.0,
    /* X, scale 1 */ 0.0, 0.0004371155730107379, 0.0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
    /* X, scale 2 */ 0.0, 0.0016406437456599754, 0.0, 1.8422455520539298, 11.441172603757666, 0.0,
    /* X, scale 3 */ 0.0007989109436015163, 0.000176816438078653, 0.0, 1.8787594979546387, 10.94906990605142, 0.0,
    /* X, scale 4 */ 0.0007289346991508072, 0.9677937080626833, 0.0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
    /* X, scale 5 */ 0.0004550992113792063, 0.0, 0.0, 0.0013648766163243398, 0.0, 0.0,
    /* Y, scale 0 */ 0.0, 0.0, 0.0, 7.466890328078848, 0.0, 17.445833984131262,
    /* Y, scale 1 */ 0.0006235601634041466, 0.0, 0.0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
    /* Y, scale 2 */ 225.20515300849274, 0.0, 0.0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
    /* Y, scale 3 */ 176.39317598450694, 0.0, 0.0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
    /* Y, scale 4 */ 0.0, 0.0, 0.0, 34.77906344483772, 44.835625328877896, 0.0,
    /* Y, scale 5 */ 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    /* B, scale 0 */ 0.0, 0.0008680556573291698, 0.0, 0.0, 0.0, 0.0,
    /* B, scale 1 */ 0.0, 0.0005313191874358747, 0.0, 0.00016533814161379112, 0.0, 0.0,
    /* B, scale 2 */ 0.0, 0.0, 0.0, 0.0004179171803251336, 0.0017290828234722833, 0.0,
    /* B, scale 3 */ 0.0020827005846636437, 0.0, 0.0, 8.826982764996862, 23.19243343998926, 0.0,
    /* B, scale 4 */ 95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
    /* B, scale 5 */ 0.0, 0.0, 0.0, 0.0005130064588990679, 0.0, 0.00010854057858411537,
};
/* clang-format on */

/* L1 of the three maps, then L4, of each plane at this scale */
static void scale_norms(const struct plain_image ref[3], const struct plain_image dis[3], int scale,
                        enum plain_sum_order order, double norms[NORMS])
{
    struct plain_image x1[PLANES], x2[PLANES];
    plain_ssimulacra2_xyb(ref, x1);
    plain_ssimulacra2_xyb(dis, x2);
    double per_sample = 1.0 / (double)plain_image_count(&x1[0]);
    for (int c = 0; c < PLANES; c++) {
        struct sums sums = plane_sums(&x1[c], &x2[c], order);
        double *to = norms + (ptrdiff_t)((c * PLAIN_SSIMULACRA2_SCALES + scale) * 6);
        for (int k = 0; k < 3; k++) {
            to[k] = per_sample * sums.v[k];
            to[3 + k] = sqrt(sqrt(per_sample * sums.fourth[k]));
        }
        plain_image_free(&x1[c]);
        plain_image_free(&x2[c]);
    }
}

void plain_ssimulacra2_norms(const struct plain_clip_frame *frame, int matrix, enum plain_sum_order order,
                             double norms[NORMS])
{
    struct plain_image ref[PLANES], dis[PLANES];
    memset(norms, 0, NORMS * sizeof(*norms));
    plain_ssimulacra2_rgb(frame->ref, frame->depth, matrix, ref);
    plain_ssimulacra2_rgb(frame->dis, frame->depth, matrix, dis);
    for (int s = 0; s < PLAIN_SSIMULACRA2_SCALES; s++) {
        if (ref[0].width < SMALLEST || ref[0].height < SMALLEST)
            break;
        scale_norms(ref, dis, s, order, norms);
        for (int c = 0; c < PLANES; c++) {
            halve(&ref[c]);
            halve(&dis[c]);
        }
    }
    for (int c = 0; c < PLANES; c++) {
        plain_image_free(&ref[c]);
        plain_image_free(&dis[c]);
    }
}

double plain_ssimulacra2_pooled(const double norms[NORMS])
{
    double z = 0.0;
    for (int i = 0; i < NORMS; i++)
        z = z + weights[i] * norms[i];
    z = z * 0.9562382616834844;
    double p =
        (2.326765642916932 * z - (0.020884521182843837 * z) * z) + ((6.248496625763138e-05 * z) * z) * z;
    return p > 0.0 ? 100.0 - 10.0 * plain_pow(p, 0.6276336467831387) : 100.0;
}

struct ssimulacra2_options {
    int yuv_matrix;
};

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct ssimulacra2_options *options = opaque;
    if (frames[0].planes != 3)
        return plain_fail("ssimulacra2 needs chroma planes");
    for (int t = 0; t < count; t++) {
        double norms[NORMS];
        plain_ssimulacra2_norms(&frames[t], options->yuv_matrix, PLAIN_BY_COLUMNS, norms);
        emit(user, t, "ssimulacra2", plain_ssimulacra2_pooled(norms));
    }
    return 0;
}

static const struct plain_option option_table[] = {PLAIN_WHOLE(ssimulacra2_options, yuv_matrix, 0, 0, 3),
                                                   {0}};
static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:40x40:8:0:0", ""},
    {"still:7x8:444:8:0:0", ""},
    {"still:8x7:444:8:0:0", ""},
    {"still:40x40:420:8:0:0", "yuv_matrix=4"},
    {"still:40x40:420:8:0:0", "yuv_matrix=-1"},
    {"still:40x40:420:8:0:0", "matrix=1"},
    {0},
};
extern const struct plain_figure plain_ssimulacra2_figures[];

const struct plain_metric plain_ssimulacra2 = {
    .name = "ssimulacra2",
    .options = option_table,
    .options_size = sizeof(struct ssimulacra2_options),
    .min_size = SMALLEST,
    .single = true,
    .difference = 1.6e-12, /* the order of the sums, ssimulacra2.md section 10.2 */
    .run = run,
    .goldens = goldens,
    .figures = plain_ssimulacra2_figures,
    .refused = refused,
};
