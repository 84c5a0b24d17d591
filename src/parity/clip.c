#include "parity/clip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input/reader.h"
#include "parity/pattern.h"
#include "parity/rules.h"

enum { SEED = 20 };

#define CLIP(title, what, w, h, bits, kind, count, short_set, same, hash)                                    \
    {                                                                                                        \
        .info = {.name = title, .width = w, .height = h, .depth = bits, .frames = count, .sha256 = hash},    \
        .sampling = IVQ_SAMPLING_##kind, .pattern = what, .quick = short_set, .identical = same              \
    }

/* All depths and samplings, odd sizes, one below a tile, flat, noise, and equal pictures (rule B21). Those of
   natural-like pictures are large enough for every metric. */
static const struct ivq_clip generated[] = {
    CLIP("natural-8-420", "natural", 352, 288, 8, 420, 5, true, false,
         "dd81906ebd13a9cafbe1952723c57b959f7ea2df3e0eae45068051fc52eab87e"),
    CLIP("natural-10-422", "natural", 353, 241, 10, 422, 4, true, false,
         "6c5da2d9a8979af8f3e66745e4194f6e78abef7a0905b15ad23938c01d0fd5f3"),
    CLIP("natural-12-444", "natural", 241, 195, 12, 444, 3, true, false,
         "98e48153e81e1143ea7a0541ad1cdbe39e36e530c89d5f448f35cbb74a9ec1b9"),
    CLIP("natural-16-420", "natural", 257, 193, 16, 420, 3, false, false,
         "210113a3ebadd2e5f4ee1490dc1ba6270d3995607fb09909b7e9ad180e9b1cbd"),
    CLIP("natural-10-400", "natural", 195, 259, 10, 400, 3, false, false,
         "f072a41cd2ea9c4876683283e8f661742890cd5efeaef35955e6cbbaffc8b9e7"),
    CLIP("noise-8-444", "noise", 65, 49, 8, 444, 4, false, false,
         "27bdc60e427b8d8c81b881cdad7f584d79d65adf3998e3fabde29c9bf9381e0c"),
    CLIP("noise-10-420", "noise", 35, 33, 10, 420, 4, true, false,
         "1df0b93c5443ae0650f51ed6b58174d4cbb08c2e4ce57f77168896d5204ec903"),
    CLIP("noise-8-420", "noise", 192, 192, 8, 420, 3, false, false,
         "27ff467a56bbf5a07504d4a93cb075637dffbacae547887c7ed39f1952ca3f56"),
    CLIP("flat-8-420", "flat", 192, 180, 8, 420, 4, true, false,
         "86582792df920a6fd4b628201ae40b3c239ebfa5f2dad34159957772dcc51c99"),
    CLIP("checker-8-422", "checker", 193, 192, 8, 422, 5, false, false,
         "141b44acc8b0e2c17d80eafa92455d1176d34398e5dabfa2605ef799cb3ce5e4"),
    CLIP("extremes-12-420", "extremes", 71, 53, 12, 420, 3, false, false,
         "db622999c35bde725c57645f4b62f982d30a57e133065aaa99796e8f4710ba03"),
    CLIP("identical-8-420", "natural", 352, 288, 8, 420, 2, true, true,
         "4b78b37bc74108517b49c860037bf0cd9b8491105a66bcdbf2ef12d8ca417b60"),
};

enum { GENERATED = sizeof generated / sizeof *generated };

static const char *const sampling_names[] = {"400", "420", "422", "444"};

int ivq_clips_generated(bool quick, struct ivq_clip *clips)
{
    int count = 0;
    for (int i = 0; i < GENERATED; i++)
        if (!quick || generated[i].quick) {
            clips[count] = generated[i];
            clips[count].info.sampling = sampling_names[generated[i].sampling];
            count++;
        }
    return count;
}

/* --- files --- */

static enum ivq_status open_files(const struct ivq_clip_files *f, struct ivq_reader *readers[2],
                                  struct ivq_error *error)
{
    struct ivq_reader_params params = {
        .width = f->width, .height = f->height, .depth = f->depth, .chroma = (enum ivq_chroma)f->sampling};
    readers[1] = NULL;
    params.path = f->reference;
    enum ivq_status status = ivq_reader_open(&readers[0], &params, error);
    params.path = f->distorted;
    if (status == IVQ_OK)
        status = ivq_reader_open(&readers[1], &params, error);
    if (status != IVQ_OK)
        ivq_reader_close(&readers[0]);
    return status;
}

static bool is_one_file(const char *a, const char *b)
{
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static enum ivq_status check_pair(const struct ivq_clip_files *f, struct ivq_reader *const readers[2],
                                  struct ivq_error *error)
{
    const struct ivq_format *const a = ivq_reader_format(readers[0]), *const b =
                                                                          ivq_reader_format(readers[1]);
    const int64_t x = ivq_reader_frames(readers[0]), y = ivq_reader_frames(readers[1]);
    if (is_one_file(f->reference, f->distorted) && ivq_rule_is_on(20))
        return ivq_fail(error, IVQ_INPUT, "%s and %s are one file: nothing would be measured [B20]",
                        f->reference, f->distorted);
    if (a->width[0] != b->width[0] || a->height[0] != b->height[0] || a->depth != b->depth ||
        a->chroma != b->chroma)
        return ivq_fail(error, IVQ_INPUT, "%s and %s differ in size, sampling or depth", f->reference,
                        f->distorted);
    if (x < 1 || y < 1)
        return ivq_fail(error, IVQ_INPUT, "%s has no frames, or is no file on disk",
                        x < 1 ? f->reference : f->distorted);
    if (x != y && ivq_rule_is_on(13))
        return ivq_fail(error, IVQ_INPUT, "%s has %lld frames, %s has %lld [B13]", f->reference, (long long)x,
                        f->distorted, (long long)y);
    return IVQ_OK;
}

enum ivq_status ivq_clip_of_files(const struct ivq_clip_files *files, struct ivq_clip *clip,
                                  struct ivq_error *error)
{
    struct ivq_reader *readers[2];
    enum ivq_status status = open_files(files, readers, error);
    if (status != IVQ_OK)
        return status;
    const struct ivq_format *const format = ivq_reader_format(readers[0]);
    const int64_t frames = ivq_reader_frames(readers[0]);
    *clip = (struct ivq_clip){.sampling = (enum ivq_sampling)format->chroma, .quick = true, .files = *files};
    clip->info = (struct ivq_clip_info){.name = "own clip",
                                        .width = format->width[0],
                                        .height = format->height[0],
                                        .depth = format->depth,
                                        .sampling = sampling_names[format->chroma]};
    clip->info.frames = (int)(files->frames && files->frames < frames ? files->frames : frames);
    status = check_pair(files, readers, error);
    ivq_reader_close(&readers[0]);
    ivq_reader_close(&readers[1]);
    return status;
}

/* --- samples --- */

struct ivq_clip_source {
    const struct ivq_clip *clip;
    struct ivq_video video;
    struct ivq_reader *readers[2]; /* files */
    uint16_t *samples;             /* generated: both pictures of a plane */
    int frame;
    uint8_t digest[IVQ_SHA256_SIZE];
};

enum ivq_status ivq_clip_open(const struct ivq_clip *clip, struct ivq_clip_source **source,
                              struct ivq_error *error)
{
    struct ivq_clip_source *const s = calloc(1, sizeof *s);
    *source = NULL;
    if (!s)
        return ivq_fail_memory(error, "a clip");
    s->clip = clip;
    enum ivq_status status = ivq_video_set(&s->video, clip->info.width, clip->info.height, clip->info.depth,
                                           clip->sampling, error);
    if (status == IVQ_OK && clip->pattern) {
        s->samples = calloc(2 * (size_t)clip->info.width * (size_t)clip->info.height, sizeof *s->samples);
        status = s->samples ? IVQ_OK : ivq_fail_memory(error, "a clip");
    } else if (status == IVQ_OK) {
        status = open_files(&clip->files, s->readers, error);
    }
    if (status == IVQ_OK)
        *source = s;
    else
        ivq_clip_close(s);
    return status;
}

void ivq_clip_close(struct ivq_clip_source *s)
{
    if (!s)
        return;
    ivq_reader_close(&s->readers[0]);
    ivq_reader_close(&s->readers[1]);
    free(s->samples);
    free(s);
}

static const struct ivq_pattern *pattern_of(const char *name)
{
    const struct ivq_pattern *p = ivq_patterns;
    while (strcmp(p->name, name) != 0)
        p++;
    return p;
}

static void write_plane(const struct ivq_video *video, int p, const uint16_t *samples,
                        const struct ivq_image *to)
{
    const size_t width = (size_t)video->width[p];
    char *row = to->data[p];
    for (int y = 0; y < video->height[p]; y++, row += to->stride[p], samples += width)
        if (video->depth > 8)
            memcpy(row, samples, width * sizeof *samples);
        else
            for (size_t x = 0; x < width; x++)
                ((uint8_t *)row)[x] = (uint8_t)samples[x];
}

static int planes_of(const struct ivq_video *video)
{
    return video->sampling == IVQ_SAMPLING_400 ? 1 : 3;
}

static void generate(struct ivq_clip_source *s, const struct ivq_image *reference,
                     const struct ivq_image *distorted)
{
    const struct ivq_video *const v = &s->video;
    for (int p = 0; p < planes_of(v); p++) {
        const size_t count = (size_t)v->width[p] * (size_t)v->height[p];
        const struct ivq_pattern_plane plane = {.width = v->width[p],
                                                .height = v->height[p],
                                                .index = p,
                                                .shift_x = p && v->sampling != IVQ_SAMPLING_444,
                                                .shift_y = p && v->sampling == IVQ_SAMPLING_420,
                                                .depth = v->depth,
                                                .frame = s->frame,
                                                .seed = SEED,
                                                .reference = s->samples,
                                                .distorted = s->samples + count};
        pattern_of(s->clip->pattern)->fill(&plane);
        write_plane(v, p, plane.reference, reference);
        write_plane(v, p, s->clip->identical ? plane.reference : plane.distorted, distorted);
    }
}

static struct ivq_picture picture_of(const struct ivq_image *image)
{
    struct ivq_picture picture;
    memcpy(picture.data, image->data, sizeof picture.data);
    memcpy(picture.stride, image->stride, sizeof picture.stride);
    return picture;
}

static enum ivq_status read_files(struct ivq_clip_source *s, const struct ivq_image *const images[2],
                                  bool *end, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int side = 0; side < 2 && status == IVQ_OK && !*end; side++) {
        const struct ivq_picture picture = picture_of(images[side]);
        status = ivq_reader_next(s->readers[side], &picture, end, error);
    }
    return status;
}

/* Chained row by row, so that strides do not count. */
static void add_to_hash(struct ivq_clip_source *s, const struct ivq_image *image)
{
    for (int p = 0; p < planes_of(&s->video); p++) {
        const size_t size = (size_t)s->video.width[p] * (s->video.depth > 8 ? 2 : 1);
        const char *row = image->data[p];
        for (int y = 0; y < s->video.height[p]; y++, row += image->stride[p]) {
            const struct ivq_piece pieces[] = {{s->digest, sizeof s->digest}, {row, size}};
            uint8_t digest[IVQ_SHA256_SIZE];
            ivq_sha256(pieces, 2, digest);
            memcpy(s->digest, digest, sizeof digest);
        }
    }
}

enum ivq_status ivq_clip_next(struct ivq_clip_source *s, const struct ivq_image *reference,
                              const struct ivq_image *distorted, bool *end, struct ivq_error *error)
{
    const struct ivq_image *const images[] = {reference, distorted};
    *end = s->clip->info.frames && s->frame >= s->clip->info.frames;
    if (*end)
        return IVQ_OK;
    if (s->clip->pattern) {
        generate(s, reference, distorted);
    } else {
        const enum ivq_status status = read_files(s, images, end, error);
        if (status != IVQ_OK || *end)
            return status;
    }
    add_to_hash(s, reference);
    add_to_hash(s, distorted);
    s->frame++;
    return IVQ_OK;
}

void ivq_clip_hash(const struct ivq_clip_source *s, char text[IVQ_SHA256_TEXT])
{
    ivq_sha256_text(s->digest, text);
}
