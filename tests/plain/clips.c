#include "clips.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shape {
    int width[3], height[3], planes, depth, count;
};

const char *clip_shared_directory(void)
{
    const char *directory = getenv("ISOVQ_SHARED");
    return directory ? directory : "../shared";
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        abort();
    return memory;
}

static struct shape shape_of(int width, int height, int format, int depth, int count)
{
    struct shape shape = {{width}, {height}, format == 400 ? 1 : 3, depth, count};
    for (int c = 1; c < shape.planes; c++) {
        shape.width[c] = format == 444 ? width : width / 2;
        shape.height[c] = format == 420 ? height / 2 : height;
    }
    return shape;
}

static size_t picture_samples(const struct shape *shape)
{
    size_t samples = 0;
    for (int c = 0; c < shape->planes; c++)
        samples += (size_t)shape->width[c] * (size_t)shape->height[c];
    return samples;
}

/* Pictures lie in memory as ref 0, dis 0, ref 1, dis 1, ... */
static void clip_new(struct clip *clip, const struct shape *shape)
{
    clip->count = shape->count;
    clip->frames = allocate((size_t)shape->count, sizeof(*clip->frames));
    clip->memory = allocate(2 * picture_samples(shape) * (size_t)shape->count, sizeof(*clip->memory));
    uint16_t *at = clip->memory;
    for (int t = 0; t < shape->count; t++) {
        struct plain_clip_frame *frame = &clip->frames[t];
        frame->planes = shape->planes;
        frame->depth = shape->depth;
        for (int side = 0; side < 2; side++)
            for (int c = 0; c < shape->planes; c++) {
                struct plain_plane plane = {shape->width[c], shape->height[c], at};
                *(side == 0 ? &frame->ref[c] : &frame->dis[c]) = plane;
                at += plane.width * plane.height;
            }
    }
}

void clip_free(struct clip *clip)
{
    free(clip->frames);
    free(clip->memory);
    *clip = (struct clip){0};
}

uint16_t *clip_samples(const struct clip *clip, const struct plain_plane *plane)
{
    return clip->memory + (plane->samples - clip->memory);
}

void clip_draw(const struct clip *clip, int t, const struct ivq_pattern *pattern, uint32_t seed)
{
    const struct plain_clip_frame *frame = &clip->frames[t];
    const struct plain_plane *luma = &frame->ref[0];
    for (int c = 0; c < frame->planes; c++) {
        const struct plain_plane *ref = &frame->ref[c];
        pattern->fill(&(struct ivq_pattern_plane){.width = ref->width,
                                                  .height = ref->height,
                                                  .index = c,
                                                  .shift_x = ref->width < luma->width,
                                                  .shift_y = ref->height < luma->height,
                                                  .depth = frame->depth,
                                                  .frame = t,
                                                  .seed = seed,
                                                  .reference = clip_samples(clip, ref),
                                                  .distorted = clip_samples(clip, &frame->dis[c])});
    }
}

/* --- Files --- */

static const struct file_clip {
    const char *name, *file; /* file: with %s where "ref" or "dis" stands, or its first and second name */
    const char *ref, *dis;
    int width, height, depth, count, shift;
} file_clips[] = {
    {"src01_8", "src01_%s_576x324_420p8.yuv", "hrc00", "hrc01", 576, 324, 8, 3, 0},
    {"src01_10", "src01_%s_576x324_420p10.yuv", "hrc00", "hrc01", 576, 324, 10, 3, 0},
    {"src01_12", "src01_%s_576x324_420p12.yuv", "hrc00", "hrc01", 576, 324, 12, 3, 0},
    {"src01_16", "src01_%s_576x324_420p8.yuv", "hrc00", "hrc01", 576, 324, 16, 3, 8},
    {"sparks_10", "sparks_%s_480x270_420p10.yuv", "ref", "dis", 480, 270, 10, 5, 0},
    {"q160_8", "q160_%s_160x90_420p8.yuv", "ref", "dis", 160, 90, 8, 48, 0},
    {"seek_8", "seek8_%s_720x480_420p8.yuv", "ref", "dis", 720, 480, 8, 8, 0},
};

static enum clip_status read_side(const struct file_clip *info, const char *shared, int side,
                                  const struct shape *shape, struct clip *clip)
{
    char name[100], path[600];
    const char *which = side == 0 ? info->ref : info->dis;
    const char *mark = strstr(info->file, "%s");
    snprintf(name, sizeof(name), "%.*s%s%s", (int)(mark - info->file), info->file, which, mark + 2);
    snprintf(path, sizeof(path), "%s/clips/%s", shared, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return CLIP_MISSING;
    size_t samples = picture_samples(shape), sample_size = info->depth - info->shift > 8 ? 2 : 1;
    uint8_t *bytes = allocate(samples, sample_size);
    enum clip_status status = CLIP_OK;
    for (int t = 0; t < shape->count && status == CLIP_OK; t++) {
        if (fread(bytes, sample_size, samples, file) != samples)
            status = CLIP_BAD;
        uint16_t *to = clip->memory + (2 * (size_t)t + (size_t)side) * samples;
        for (size_t i = 0; i < samples; i++) {
            int sample = sample_size == 2 ? bytes[2 * i] | bytes[2 * i + 1] << 8 : bytes[i];
            to[i] = (uint16_t)(sample << info->shift);
        }
    }
    if (fgetc(file) != EOF)
        status = CLIP_BAD;
    free(bytes);
    fclose(file);
    return status;
}

static enum clip_status load_file(struct clip *clip, const struct file_clip *info, const char *shared)
{
    struct shape shape = shape_of(info->width, info->height, 420, info->depth, info->count);
    clip_new(clip, &shape);
    enum clip_status status = read_side(info, shared, 0, &shape, clip);
    if (status == CLIP_OK)
        status = read_side(info, shared, 1, &shape, clip);
    if (status != CLIP_OK)
        clip_free(clip);
    return status;
}

/* A window of a file's pictures. Luma samples right of the picture repeat its last column; each chroma sample
   stands for repeat_x * repeat_y samples of the new planes. Without chroma: luma only. */
static const struct cut {
    const char *name; /* of the file's clip, ':', of the cut */
    int left, top, width, height;
    int chroma_left, chroma_top, chroma_width, chroma_height;
    int repeat_x, repeat_y;
} cuts[] = {
    {"seek_8:crop", 71, 60, 577, 323, 0, 0, 0, 0, 1, 1},
    {"seek_8:ceil", 100, 80, 577, 323, 50, 40, 289, 162, 1, 1},
    {"src01_8:odd", 0, 0, 577, 323, 0, 0, 288, 161, 1, 1},
    {"src01_8:333x222", 31, 20, 333, 222, 16, 10, 166, 111, 1, 1},
    {"src01_8:422", 0, 0, 576, 324, 0, 0, 288, 324, 1, 2},
    {"src01_8:422:500x300", 0, 0, 500, 300, 0, 0, 250, 300, 1, 2},
    {"src01_8:444", 0, 0, 576, 324, 0, 0, 576, 324, 2, 2},
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void cut_plane(const struct cut *cut, int c, const struct plain_plane *from, struct plain_plane *to,
                      uint16_t *samples)
{
    int left = c == 0 ? cut->left : cut->chroma_left, top = c == 0 ? cut->top : cut->chroma_top;
    int repeat_x = c == 0 ? 1 : cut->repeat_x, repeat_y = c == 0 ? 1 : cut->repeat_y;
    for (int y = 0; y < to->height; y++)
        for (int x = 0; x < to->width; x++) {
            int column = least(left + x / repeat_x, from->width - 1);
            samples[y * to->width + x] = from->samples[(top + y / repeat_y) * from->width + column];
        }
}

static void cut_clip(struct clip *clip, const struct cut *cut)
{
    struct clip whole = *clip;
    struct shape shape = {{cut->width, cut->chroma_width, cut->chroma_width},
                          {cut->height, cut->chroma_height, cut->chroma_height},
                          cut->chroma_width > 0 ? 3 : 1,
                          whole.frames[0].depth,
                          whole.count};
    clip_new(clip, &shape);
    for (int t = 0; t < clip->count; t++)
        for (int c = 0; c < shape.planes; c++) {
            struct plain_clip_frame *from = &whole.frames[t], *to = &clip->frames[t];
            cut_plane(cut, c, &from->ref[c], &to->ref[c], clip_samples(clip, &to->ref[c]));
            cut_plane(cut, c, &from->dis[c], &to->dis[c], clip_samples(clip, &to->dis[c]));
        }
    clip_free(&whole);
}

static enum clip_status change_clip(struct clip *clip, const char *name, const char *change)
{
    if (strcmp(change, ":same") == 0) {
        for (int t = 0; t < clip->count; t++)
            memcpy(clip->frames[t].dis, clip->frames[t].ref, sizeof(clip->frames[t].dis));
        return CLIP_OK;
    }
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
        if (strcmp(name, cuts[i].name) == 0) {
            cut_clip(clip, &cuts[i]);
            return CLIP_OK;
        }
    clip_free(clip);
    return CLIP_BAD;
}

static enum clip_status load_named_file(struct clip *clip, const char *name, const char *shared)
{
    size_t length = strcspn(name, ":");
    const char *change = name + length;
    for (size_t i = 0; i < sizeof(file_clips) / sizeof(file_clips[0]); i++) {
        if (strlen(file_clips[i].name) != length || strncmp(file_clips[i].name, name, length) != 0)
            continue;
        enum clip_status status = load_file(clip, &file_clips[i], shared);
        return status != CLIP_OK || change[0] == '\0' ? status : change_clip(clip, name, change);
    }
    return CLIP_BAD;
}

/* --- Formulas --- */

/* The formulas of psnr.md section 8, of one picture pair's plane. */
static void synthesise(int plane, int t, int depth, int width, int height, uint16_t *ref, uint16_t *dis)
{
    uint64_t modulus = (uint64_t)1 << depth, time = (uint64_t)t;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint64_t X = (uint64_t)(x + 31 * plane), Y = (uint64_t)(y + 17 * plane);
            uint64_t r =
                (3 * X * X + 7 * X * Y + 13 * Y * Y + 5 * time * (X + 2 * Y) + ((X * Y) >> 3)) % modulus;
            uint64_t d = r + ((3 * X + 5 * Y + 7 * time) % 17) * ((uint64_t)1 << (depth - 8));
            ref[y * width + x] = (uint16_t)r;
            dis[y * width + x] = (uint16_t)(d < modulus ? d : modulus - 1);
        }
}

static enum clip_status load_synthetic(struct clip *clip, const char *name)
{
    int width, height, format, depth, count;
    if (sscanf(name, "synthetic:%dx%d:%d:%d:%d", &width, &height, &format, &depth, &count) != 5)
        return CLIP_BAD;
    struct shape shape = shape_of(width, height, format, depth, count);
    clip_new(clip, &shape);
    for (int t = 0; t < count; t++)
        for (int c = 0; c < shape.planes; c++)
            synthesise(c, t, depth, shape.width[c], shape.height[c],
                       clip_samples(clip, &clip->frames[t].ref[c]),
                       clip_samples(clip, &clip->frames[t].dis[c]));
    return CLIP_OK;
}

static void fill(const struct clip *clip, const struct plain_plane *plane, int value)
{
    uint16_t *samples = clip_samples(clip, plane);
    for (int i = 0; i < plane->width * plane->height; i++)
        samples[i] = (uint16_t)value;
}

static enum clip_status load_flat(struct clip *clip, const char *name)
{
    int width, height, depth, ref, dis;
    if (sscanf(name, "flat:%dx%d:%d:%d:%d", &width, &height, &depth, &ref, &dis) != 5)
        return CLIP_BAD;
    struct shape shape = shape_of(width, height, 400, depth, 1);
    clip_new(clip, &shape);
    fill(clip, &clip->frames[0].ref[0], ref);
    fill(clip, &clip->frames[0].dis[0], dis);
    return CLIP_OK;
}

/* "checker": the largest value where x + y is odd, else 0; "inverse": the other way around; else a number */
static void fill_named(const struct clip *clip, const struct plain_plane *plane, int depth, const char *what)
{
    uint16_t *samples = clip_samples(clip, plane);
    bool checker = strcmp(what, "checker") == 0, inverse = strcmp(what, "inverse") == 0;
    if (!checker && !inverse) {
        fill(clip, plane, atoi(what));
        return;
    }
    for (int y = 0; y < plane->height; y++)
        for (int x = 0; x < plane->width; x++)
            samples[y * plane->width + x] =
                (uint16_t)((x + y) % 2 == (checker ? 1 : 0) ? (1 << depth) - 1 : 0);
}

static enum clip_status load_still(struct clip *clip, const char *name)
{
    int width, height, format, depth;
    char ref[16], dis[16], chroma[16] = "";
    if (sscanf(name, "still:%dx%d:%d:%d:%15[^:]:%15[^:]:%15[^:]", &width, &height, &format, &depth, ref, dis,
               chroma) < 6)
        return CLIP_BAD;
    struct shape shape = shape_of(width, height, format, depth, 1);
    clip_new(clip, &shape);
    for (int c = 0; c < shape.planes; c++) {
        bool own = c > 0 && chroma[0] != '\0';
        fill_named(clip, &clip->frames[0].ref[c], depth, own ? chroma : ref);
        fill_named(clip, &clip->frames[0].dis[c], depth, own ? chroma : dis);
    }
    return CLIP_OK;
}

/* Reference and distorted picture share their samples: at 8K they are large. */
static enum clip_status load_step(struct clip *clip, const char *name)
{
    int width, height, depth;
    if (sscanf(name, "step:%dx%d:%d", &width, &height, &depth) != 3)
        return CLIP_BAD;
    size_t samples = (size_t)width * (size_t)height;
    clip->count = 2;
    clip->frames = allocate(2, sizeof(*clip->frames));
    clip->memory = allocate(2 * samples, sizeof(*clip->memory));
    for (size_t i = samples; i < 2 * samples; i++)
        clip->memory[i] = (uint16_t)((1 << depth) - 1);
    for (size_t t = 0; t < 2; t++) {
        struct plain_plane plane = {width, height, clip->memory + t * samples};
        clip->frames[t] = (struct plain_clip_frame){{plane}, {plane}, 1, depth};
    }
    return CLIP_OK;
}

enum clip_status clip_load(struct clip *clip, const char *name, const char *shared)
{
    *clip = (struct clip){0};
    if (strncmp(name, "synthetic:", 10) == 0)
        return load_synthetic(clip, name);
    if (strncmp(name, "flat:", 5) == 0)
        return load_flat(clip, name);
    if (strncmp(name, "still:", 6) == 0)
        return load_still(clip, name);
    if (strncmp(name, "step:", 5) == 0)
        return load_step(clip, name);
    return load_named_file(clip, name, shared);
}
