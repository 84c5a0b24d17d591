#include "parity/pattern.h"

#include <stddef.h>

uint32_t ivq_pattern_hash(uint32_t seed, uint32_t a, uint32_t b, uint32_t c)
{
    /* Odd multipliers spread each input over all bits; multiply and fold twice mixes them. */
    uint32_t h = seed * 0x9e3779b9u + a * 0x7f4a7c15u + b * 0xf39cc061u + c * 0x5851f42du;

    h = (h ^ h >> 16) * 0x45d9f3bu;
    h = (h ^ h >> 15) * 0x2545f491u;
    return h ^ h >> 16;
}

static int largest_sample(const struct ivq_pattern_plane *p)
{
    return (1 << p->depth) - 1;
}

static int clamp(int value, int largest)
{
    return value < 0 ? 0 : value > largest ? largest : value;
}

/* A stream of numbers of its own for each plane of each frame; `what` tells several streams apart. */
static uint32_t plane_seed(const struct ivq_pattern_plane *p, uint32_t what)
{
    return ivq_pattern_hash(p->seed, (uint32_t)p->frame, (uint32_t)p->index, what);
}

static void fill_noise(const struct ivq_pattern_plane *p)
{
    const uint32_t seed = plane_seed(p, 0), change_seed = plane_seed(p, 1);
    const int largest = largest_sample(p);
    const int amplitude = 1 + (largest >> (2 + p->frame % 6)); /* from strong to faint over six frames */

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            const size_t i = (size_t)y * (size_t)p->width + (size_t)x;
            const uint32_t sample = ivq_pattern_hash(seed, (uint32_t)x, (uint32_t)y, 0) & (uint32_t)largest;
            const uint32_t change =
                ivq_pattern_hash(change_seed, (uint32_t)x, (uint32_t)y, 0) % (2u * (uint32_t)amplitude + 1);
            p->reference[i] = (uint16_t)sample;
            p->distorted[i] = (uint16_t)clamp((int)sample + (int)change - amplitude, largest);
        }
    }
}

/* Squares of 1, 2, 4, 8, 16 samples in turn, black and white; distorted: moved by one sample, at half
 * contrast. */
static void fill_checker(const struct ivq_pattern_plane *p)
{
    const int size = p->frame % 5;
    const int largest = largest_sample(p);

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            const size_t i = (size_t)y * (size_t)p->width + (size_t)x;
            const int white = ((x >> size) + (y >> size) + p->index) & 1;
            const int moved = (((x + 1) >> size) + (y >> size) + p->index) & 1;
            p->reference[i] = (uint16_t)(white ? largest : 0);
            p->distorted[i] = (uint16_t)((largest >> 2) + (moved ? largest >> 1 : 0));
        }
    }
}

/* One value per plane and frame; distorted: one step above, or the same in every fourth frame. */
static void fill_flat(const struct ivq_pattern_plane *p)
{
    const int largest = largest_sample(p);
    const int value = (int)(plane_seed(p, 0) & (uint32_t)largest);
    const int other = p->frame % 4 == 3 ? value : clamp(value + 1, largest);
    const size_t count = (size_t)p->width * (size_t)p->height;

    for (size_t i = 0; i < count; i++) {
        p->reference[i] = (uint16_t)value;
        p->distorted[i] = (uint16_t)other;
    }
}

/* The ends of the range: in turn black against white, white against black, and each sample one of four ends.
 */
static void fill_extremes(const struct ivq_pattern_plane *p)
{
    const int largest = largest_sample(p);
    const int ends[4] = {0, 1, largest - 1, largest};
    const uint32_t seed = plane_seed(p, 0);
    const int kind = p->frame % 3;

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            const size_t i = (size_t)y * (size_t)p->width + (size_t)x;
            const uint32_t h = ivq_pattern_hash(seed, (uint32_t)x, (uint32_t)y, 0);
            p->reference[i] = (uint16_t)(kind == 2 ? ends[h & 3] : kind == 1 ? largest : 0);
            p->distorted[i] = (uint16_t)(kind == 2 ? ends[h >> 2 & 3] : kind == 1 ? 0 : largest);
        }
    }
}

/* The synthetic clips of psnr.md and motion.md, "Known figures". The seed has no part in it. */
static void fill_formula(const struct ivq_pattern_plane *p)
{
    const int64_t t = p->frame;
    const int largest = largest_sample(p);

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            const size_t i = (size_t)y * (size_t)p->width + (size_t)x;
            const int64_t X = x + 31 * p->index, Y = y + 17 * p->index;
            const int64_t wave = 3 * X * X + 7 * X * Y + 13 * Y * Y + 5 * t * (X + 2 * Y) + ((X * Y) >> 3);
            const int sample = (int)(wave & largest);
            const int change = (int)((3 * X + 5 * Y + 7 * t) % 17) * (1 << (p->depth - 8));
            p->reference[i] = (uint16_t)sample;
            p->distorted[i] = (uint16_t)clamp(sample + change, largest);
        }
    }
}

const struct ivq_pattern ivq_patterns[] = {
    {"natural", "moving gradients, textures and edges; distorted: blurred, coarsely quantised, noisy",
     ivq_pattern_natural},
    {"noise", "independent samples; distorted: noise added, from strong to faint", fill_noise},
    {"checker", "black and white squares; distorted: moved, at half contrast", fill_checker},
    {"flat", "one value per plane; distorted: one step above", fill_flat},
    {"extremes", "samples at the ends of the range", fill_extremes},
    {"formula", "the synthetic clips of psnr.md and motion.md", fill_formula},
    {NULL, NULL, NULL},
};
