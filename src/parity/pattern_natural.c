/* The pattern `natural`: layers of smooth noise that move at different speeds, with textured discs and
   rectangles in front of them; and a distorted form like a low bit rate leaves it. Brightness is kept in 16
   bits until the end, so that clips of different depths show the same picture. */
#include <string.h>

#include "parity/pattern.h"

/* Positions are luma samples times 256. */
enum { POSITION_BITS = 8, ONE = 1 << POSITION_BITS };

enum { MIDDLE = 128 << 8, BLACK = 16 << 8, WHITE = 235 << 8 };

/* Noise between random values at the corners of square cells. */
struct layer {
    int cell_bits;              /* log2 of the side of a cell in luma samples */
    int amplitude;              /* of luma, in 8-bit steps to each side */
    int velocity_x, velocity_y; /* positions per frame */
};

static const struct layer background[] = {
    {8, 70, 300, 90}, {6, 36, -450, 200}, {5, 26, 700, -130}, {3, 22, 700, -130}, {2, 20, -200, 500},
};
static const struct layer object_texture = {2, 48, 0, 0};

enum { BACKGROUND_COUNT = sizeof background / sizeof background[0], OBJECT_COUNT = 7 };

struct object {
    int x, y, radius_x, radius_y; /* luma samples */
    int round;                    /* a disc; otherwise a rectangle */
    int offset;                   /* of brightness, 16 bits */
};

/* The smooth step 3f^2 - 2f^3, from 0 to ONE. */
static int smooth(int f)
{
    return (3 * f * f * ONE - 2 * f * f * f) >> (2 * POSITION_BITS);
}

static int mix(int from, int to, int weight)
{
    return from + (((to - from) * weight) >> POSITION_BITS);
}

static int cell_of(int position, const struct layer *layer)
{
    return position >> (layer->cell_bits + POSITION_BITS);
}

static int weight_in_cell(int position, const struct layer *layer)
{
    return smooth((position >> layer->cell_bits) & (ONE - 1));
}

/* -32768 to 32767 at the left or right side of a cell, for a row that lies `weight` below its top. */
static int side(uint32_t seed, int cell_x, int cell_y, int weight)
{
    const int top = (int)(ivq_pattern_hash(seed, (uint32_t)cell_x, (uint32_t)cell_y, 0) >> 16) - 32768;
    const int bottom = (int)(ivq_pattern_hash(seed, (uint32_t)cell_x, (uint32_t)cell_y + 1, 0) >> 16) - 32768;

    return mix(top, bottom, weight);
}

/* Adds a layer to samples first..end-1 of a row; the origin of its noise lies at (origin_x, origin_y). */
static void add_layer(const struct ivq_pattern_plane *p, const struct layer *layer, uint32_t seed,
                      int origin_x, int origin_y, int y, int first, int end, int32_t *sum)
{
    const int amplitude = p->index ? layer->amplitude / 2 : layer->amplitude;
    const int position_y = (y << p->shift_y) * ONE + origin_y;
    const int cell_y = cell_of(position_y, layer);
    const int weight_y = weight_in_cell(position_y, layer);
    int cell = 0, left = 0, right = 0;

    for (int x = first; x < end; x++) {
        const int position = (x << p->shift_x) * ONE + origin_x;
        if (x == first || cell != cell_of(position, layer)) {
            cell = cell_of(position, layer);
            left = side(seed, cell, cell_y, weight_y);
            right = side(seed, cell + 1, cell_y, weight_y);
        }
        sum[x] += (mix(left, right, weight_in_cell(position, layer)) * amplitude) >> 7;
    }
}

/* Back and forth between 0 and size - 1. */
static int bounce(int position, int size)
{
    const int at = position % (2 * size);

    return at < size ? at : 2 * size - 1 - at;
}

static struct object make_object(const struct ivq_pattern_plane *p, int number)
{
    const int width = p->width << p->shift_x, height = p->height << p->shift_y;
    const int smaller = width < height ? width : height;
    const uint32_t h = ivq_pattern_hash(p->seed, (uint32_t)number, 77, 0),
                   h2 = ivq_pattern_hash(p->seed, (uint32_t)number, 78, 0);
    const int speed_x = 1 + (int)(h2 & 7), speed_y = 1 + (int)(h2 >> 3 & 3);
    const uint32_t colour = ivq_pattern_hash(h, (uint32_t)p->index, 79, 0);

    return (struct object){
        .x = bounce((int)(h & 0xffff) + speed_x * p->frame, width),
        .y = bounce((int)(h >> 16) + speed_y * p->frame, height),
        .radius_x = 2 + smaller * (int)(4 + (h2 >> 8 & 15)) / 100,
        .radius_y = 2 + smaller * (int)(4 + (h2 >> 12 & 15)) / 100,
        .round = number & 1,
        .offset = ((int)(colour >> 16) - 32768) / (p->index ? 4 : 2),
    };
}

/* The largest r with r * r <= square. */
static int root(int64_t square)
{
    int r = 0;

    for (int bit = 1 << 16; bit; bit >>= 1) {
        if ((int64_t)(r + bit) * (r + bit) <= square)
            r += bit;
    }
    return r;
}

/* Half the width of an object at a row, in luma samples; -1 where the row misses it. */
static int half_width(const struct object *o, int luma_y)
{
    const int64_t dy = luma_y - o->y, ry = o->radius_y;

    if (dy < -ry || dy > ry)
        return -1;
    return o->round ? (int)(o->radius_x * root((ry * ry - dy * dy) << 8) / (ry << 4)) : o->radius_x;
}

static void paint_object(const struct ivq_pattern_plane *p, int number, int y, int32_t *sum)
{
    const struct object o = make_object(p, number);
    const int half = half_width(&o, y << p->shift_y);
    int first = (o.x - half) >> p->shift_x, end = ((o.x + half) >> p->shift_x) + 1;

    if (half < 0)
        return;
    first = first < 0 ? 0 : first;
    end = end > p->width ? p->width : end;
    for (int x = first; x < end; x++)
        sum[x] = sum[x] / 4 + o.offset;
    /* The texture moves with the object. */
    add_layer(p, &object_texture, ivq_pattern_hash(p->seed, (uint32_t)number, (uint32_t)p->index, 80),
              -o.x * ONE, -o.y * ONE, y, first, end, sum);
}

static void fill_row(const struct ivq_pattern_plane *p, int y, uint16_t *row)
{
    int32_t sum[IVQ_PATTERN_MAX_SIZE];

    memset(sum, 0, (size_t)p->width * sizeof *sum);
    for (int i = 0; i < BACKGROUND_COUNT; i++) {
        const struct layer *layer = &background[i];
        add_layer(p, layer, ivq_pattern_hash(p->seed, (uint32_t)i, (uint32_t)p->index, 81),
                  layer->velocity_x * p->frame, layer->velocity_y * p->frame, y, 0, p->width, sum);
    }
    for (int i = 0; i < OBJECT_COUNT; i++)
        paint_object(p, i, y, sum);
    for (int x = 0; x < p->width; x++) {
        const int32_t value = MIDDLE + sum[x];
        row[x] = (uint16_t)((value < BLACK ? BLACK : value > WHITE ? WHITE : value) >> (16 - p->depth));
    }
}

/* The reference under weights 1 2 1 in both directions, times 16; the border repeats. */
static int blurred(const struct ivq_pattern_plane *p, int x, int y)
{
    static const int weights[3] = {1, 2, 1};
    int sum = 0;

    for (int j = -1; j <= 1; j++) {
        const int at_y = y + j < 0 ? 0 : y + j >= p->height ? p->height - 1 : y + j;
        const uint16_t *row = p->reference + (size_t)at_y * (size_t)p->width;
        const int left = row[x ? x - 1 : 0], right = row[x + 1 < p->width ? x + 1 : x];
        sum += weights[j + 1] * (left + 2 * row[x] + right);
    }
    return sum;
}

/* Steps of 4 to 19 in 8-bit samples, one per block of 8x8: a coder spends its bits unevenly. */
static int step_of_block(const struct ivq_pattern_plane *p, int x, int y)
{
    const uint32_t h =
        ivq_pattern_hash(p->seed, (uint32_t)(x >> 3), (uint32_t)(y >> 3), (uint32_t)(p->frame + 1));

    return (4 + (int)(h >> 28)) << (p->depth - 8);
}

static int distort(const struct ivq_pattern_plane *p, int x, int y, uint32_t noise_seed)
{
    const int largest = (1 << p->depth) - 1;
    const int step = step_of_block(p, x, y);
    const int noise =
        (int)(ivq_pattern_hash(noise_seed, (uint32_t)x, (uint32_t)y, 0) >> 29) - 3; /* -3 to 4 */
    const int quantised = (blurred(p, x, y) + 8 * step) / (16 * step) * step;
    const int value = quantised + noise * (1 << (p->depth - 8)) / 2;

    return value < 0 ? 0 : value > largest ? largest : value;
}

void ivq_pattern_natural(const struct ivq_pattern_plane *p)
{
    const uint32_t noise_seed = ivq_pattern_hash(p->seed, (uint32_t)p->frame, (uint32_t)p->index, 82);
    const size_t width = (size_t)p->width;

    for (int y = 0; y < p->height; y++)
        fill_row(p, y, p->reference + (size_t)y * width);
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++)
            p->distorted[(size_t)y * width + (size_t)x] = (uint16_t)distort(p, x, y, noise_seed);
    }
}
