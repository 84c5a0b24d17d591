/* bench: frames/s and peak memory of one metric or model on one device; a line of CSV (bench.py asks for
   many).

   The clip lies in memory, and each frame in flight keeps its pictures: what is timed is measuring, not
   reading. --copy writes every picture anew, as a reader does. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "engine/session.h"
#include "model/builtin.h"

enum { MAX_PASSES = 1000, SIDES = 2 /* reference and distorted */ };

struct options {
    const char *path[SIDES], *device, *metric;
    int width, height, frames, threads, passes;
    bool copy;
};

struct clip {
    struct ivq_format format;
    int frames;
    size_t frame_bytes;
    unsigned char *data[SIDES]; /* raw frames one after the other */
};

struct timing {
    double wall, cpu; /* seconds of one pass over the clip */
};

static const char usage[] =
    "usage: bench --ref FILE --dis FILE --size WxH [--frames N] [--device SELECTOR] [--threads N]\n"
    "             [--metric NAME | --metric model:VERSION] [--passes N] [--copy]\n"
    "Files are raw, 8-bit 4:2:0. Prints device,name,metric,size,threads,frames/s,frames/s of CPU time,peak "
    "MiB.\n";

static bool take_option(struct options *o, int option)
{
    switch (option) {
    case 'r':
        o->path[0] = optarg;
        return true;
    case 'd':
        o->path[1] = optarg;
        return true;
    case 's':
        return sscanf(optarg, "%dx%d", &o->width, &o->height) == 2;
    case 'n':
        o->frames = atoi(optarg);
        return o->frames > 0;
    case 'D':
        o->device = optarg;
        return true;
    case 't':
        o->threads = atoi(optarg);
        return o->threads >= 0;
    case 'm':
        o->metric = optarg;
        return true;
    case 'p':
        o->passes = atoi(optarg);
        return o->passes > 0 && o->passes <= MAX_PASSES;
    case 'c':
        o->copy = true;
        return true;
    default:
        return false;
    }
}

static bool parse(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {
        {"ref", required_argument, NULL, 'r'},    {"dis", required_argument, NULL, 'd'},
        {"size", required_argument, NULL, 's'},   {"frames", required_argument, NULL, 'n'},
        {"device", required_argument, NULL, 'D'}, {"threads", required_argument, NULL, 't'},
        {"metric", required_argument, NULL, 'm'}, {"passes", required_argument, NULL, 'p'},
        {"copy", no_argument, NULL, 'c'},         {NULL, 0, NULL, 0},
    };
    *o = (struct options){.device = "auto", .metric = "vif", .frames = 8, .passes = 5};
    int option;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
        if (!take_option(o, option))
            return false;
    return optind == argc && o->path[0] && o->path[1];
}

/* --- the clip --- */

static bool read_side(struct clip *clip, int side, const char *path)
{
    clip->data[side] = malloc(clip->frame_bytes * (size_t)clip->frames);
    FILE *file = fopen(path, "rb");
    const size_t got =
        file && clip->data[side] ? fread(clip->data[side], clip->frame_bytes, (size_t)clip->frames, file) : 0;
    if (file)
        fclose(file);
    if (got < (size_t)clip->frames)
        fprintf(stderr, "bench: %s: %zu of %d frames could be read\n", path, got, clip->frames);
    return got == (size_t)clip->frames;
}

static bool read_clip(struct clip *clip, const struct options *o)
{
    struct ivq_error error;
    if (ivq_format_check(o->width, o->height, IVQ_FORMAT_MIN_DEPTH, &error) != IVQ_OK) {
        fprintf(stderr, "bench: %s\n", error.text);
        return false;
    }
    ivq_format_set(&clip->format, o->width, o->height, IVQ_FORMAT_MIN_DEPTH, IVQ_CHROMA_420);
    clip->frames = o->frames;
    clip->frame_bytes = (size_t)ivq_format_frame_bytes(&clip->format);
    return read_side(clip, 0, o->path[0]) && read_side(clip, 1, o->path[1]);
}

static void copy_picture(const struct clip *clip, int side, int frame, const struct ivq_picture *picture)
{
    const unsigned char *from = clip->data[side] + clip->frame_bytes * (size_t)(frame % clip->frames);
    for (int plane = 0; plane < ivq_format_planes(&clip->format); plane++) {
        const size_t width = (size_t)clip->format.width[plane];
        for (int y = 0; y < clip->format.height[plane]; y++, from += width)
            memcpy((char *)picture->data[plane] + y * picture->stride[plane], from, width);
    }
}

/* --- the measurement --- */

static struct timing now(void)
{
    struct timespec wall, cpu;
    clock_gettime(CLOCK_MONOTONIC, &wall);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct timing){(double)wall.tv_sec + (double)wall.tv_nsec * 1e-9,
                           (double)cpu.tv_sec + (double)cpu.tv_nsec * 1e-9};
}

/* One pass over the clip. */
static enum ivq_status run_pass(struct ivq_session *session, const struct clip *clip, bool copy,
                                struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int frame = 0; frame < clip->frames && status == IVQ_OK; frame++) {
        struct ivq_picture pair[SIDES];
        status = ivq_session_picture(session, &pair[0], &pair[1], error);
        if (status != IVQ_OK)
            break;
        for (int side = 0; side < SIDES && copy; side++)
            copy_picture(clip, side, frame, &pair[side]);
        status = ivq_session_submit(session, error);
    }
    return status;
}

/* The first pass fills the pictures of all frames in flight (as many as the clip has) and warms up. */
static enum ivq_status time_passes(struct ivq_session *session, const struct clip *clip,
                                   const struct options *o, struct timing *passes, struct ivq_error *error)
{
    enum ivq_status status = run_pass(session, clip, true, error);
    struct timing before = now();
    for (int i = 0; i < o->passes && status == IVQ_OK; i++) {
        status = run_pass(session, clip, o->copy, error);
        const struct timing after = now();
        passes[i] = (struct timing){after.wall - before.wall, after.cpu - before.cpu};
        before = after;
    }
    const enum ivq_status finished = ivq_session_finish(session, status == IVQ_OK ? error : NULL);
    return status == IVQ_OK ? finished : status;
}

static enum ivq_status add_what(struct ivq_selection *selection, const char *what, struct ivq_error *error)
{
    static const char prefix[] = "model:";
    struct ivq_model *model;
    if (strncmp(what, prefix, strlen(prefix)) != 0)
        return ivq_selection_add_metric(selection, what, NULL, 0, error);
    const enum ivq_status status = ivq_model_load_builtin(what + strlen(prefix), NULL, &model, error);
    return status == IVQ_OK ? ivq_selection_add_model(selection, model, what, true, error) : status;
}

static enum ivq_status measure(struct ivq_device *device, const struct clip *clip, const struct options *o,
                               struct timing *passes, struct ivq_error *error)
{
    static struct ivq_selection selection;
    const struct ivq_session_params params = {
        .device = device, .selection = &selection, .format = clip->format, .frames_in_flight = clip->frames};
    struct ivq_session *session = NULL;
    enum ivq_status status = add_what(&selection, o->metric, error);
    if (status == IVQ_OK)
        status = ivq_session_start(&params, &session, error);
    if (status == IVQ_OK)
        status = time_passes(session, clip, o, passes, error);
    ivq_session_destroy(session);
    ivq_selection_clear(&selection);
    return status;
}

/* --- the report --- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct timing *passes, int count, size_t offset)
{
    double sorted[MAX_PASSES];
    for (int i = 0; i < count; i++)
        memcpy(&sorted[i], (const char *)&passes[i] + offset, sizeof sorted[i]);
    qsort(sorted, (size_t)count, sizeof *sorted, compare);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* The process' own peak, less the clip that a reader would not keep. */
static double peak_mib(const struct clip *clip)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use); /* ru_maxrss is in KiB */
    return (double)use.ru_maxrss / 1024 -
           (double)(SIDES * clip->frame_bytes * (size_t)clip->frames) / (1024 * 1024);
}

static void print_row(const struct ivq_device *device, const struct clip *clip, const struct options *o,
                      const struct timing *passes)
{
    printf("%s,\"%s\",%s,%dx%d,%d,%.2f,%.2f,%.0f\n", device->info.id, device->info.name, o->metric, o->width,
           o->height, o->threads, clip->frames / median(passes, o->passes, offsetof(struct timing, wall)),
           clip->frames / median(passes, o->passes, offsetof(struct timing, cpu)), peak_mib(clip));
}

int main(int argc, char **argv)
{
    struct options o;
    if (!parse(&o, argc, argv)) {
        fputs(usage, stderr);
        return 1;
    }
    struct clip clip = {.data = {NULL, NULL}};
    struct timing passes[MAX_PASSES];
    struct ivq_device *device = NULL;
    struct ivq_error error = {IVQ_OK, ""};
    const struct ivq_device_params params = {.cpu_level = -1, .threads = o.threads};
    int result = 2;
    if (read_clip(&clip, &o)) {
        enum ivq_status status = ivq_device_open(o.device, &params, &device, &error);
        if (status == IVQ_OK)
            status = measure(device, &clip, &o, passes, &error);
        if (status == IVQ_OK)
            print_row(device, &clip, &o, passes);
        else
            fprintf(stderr, "bench: %s\n", error.text);
        result = status == IVQ_OK ? 0 : 2;
    }
    ivq_device_close(device);
    free(clip.data[0]);
    free(clip.data[1]);
    return result;
}
