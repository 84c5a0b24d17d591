/* clipgen: writes a pair of synthetic clips, as raw files or as y4m. Stands alone: the readers under test
   share no code with it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/pattern.h"

static const char usage[] =
    "usage: clipgen --out-ref FILE --out-dis FILE --size WxH [--depth 8..16] [--chroma 400|420|422|444]\n"
    "               [--frames N] [--pattern NAME] [--seed S] [--y4m]\n"
    "patterns:\n";

static const struct chroma {
    const char *name, *y4m, *y4m_deep; /* y4m_deep: what stands before the depth above 8 bits */
    int shift_x, shift_y, planes;
} chromas[] = {
    {"400", "mono", "mono", 0, 0, 1},
    {"420", "420jpeg", "420p", 1, 1, 3},
    {"422", "422", "422p", 1, 0, 3},
    {"444", "444", "444p", 0, 0, 3},
};

enum { CHROMA_COUNT = sizeof chromas / sizeof chromas[0] };

struct job {
    const char *out_reference, *out_distorted;
    int width, height, depth, frames, y4m;
    uint32_t seed;
    const struct chroma *chroma;
    const struct ivq_pattern *pattern;
};

static const struct ivq_pattern *find_pattern(const char *name)
{
    for (const struct ivq_pattern *p = ivq_patterns; p->name; p++) {
        if (!strcmp(p->name, name))
            return p;
    }
    return NULL;
}

static const struct chroma *find_chroma(const char *name)
{
    for (int i = 0; i < CHROMA_COUNT; i++) {
        if (!strcmp(chromas[i].name, name))
            return &chromas[i];
    }
    return NULL;
}

static void take_option(struct job *job, int option, const char *value)
{
    switch (option) {
    case 'r':
        job->out_reference = value;
        break;
    case 'd':
        job->out_distorted = value;
        break;
    case 's':
        if (sscanf(value, "%dx%d", &job->width, &job->height) != 2)
            job->width = 0;
        break;
    case 'b':
        job->depth = atoi(value);
        break;
    case 'c':
        job->chroma = find_chroma(value);
        break;
    case 'n':
        job->frames = atoi(value);
        break;
    case 'p':
        job->pattern = find_pattern(value);
        break;
    case 'S':
        job->seed = (uint32_t)strtoul(value, NULL, 0);
        break;
    case 'y':
        job->y4m = 1;
        break;
    default:
        job->width = 0; /* an unknown option: refused with the rest */
    }
}

static int parse(struct job *job, int argc, char **argv)
{
    static const struct option options[] = {
        {"out-ref", required_argument, NULL, 'r'}, {"out-dis", required_argument, NULL, 'd'},
        {"size", required_argument, NULL, 's'},    {"depth", required_argument, NULL, 'b'},
        {"chroma", required_argument, NULL, 'c'},  {"frames", required_argument, NULL, 'n'},
        {"pattern", required_argument, NULL, 'p'}, {"seed", required_argument, NULL, 'S'},
        {"y4m", no_argument, NULL, 'y'},           {NULL, 0, NULL, 0},
    };
    int option;

    *job = (struct job){.width = -1, .depth = 8, .frames = 1, .seed = 1};
    job->chroma = find_chroma("420");
    job->pattern = find_pattern("natural");
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        take_option(job, option, optarg);
    return optind == argc && job->out_reference && job->out_distorted && job->chroma && job->pattern &&
           job->width >= 1 && job->width <= IVQ_PATTERN_MAX_SIZE && job->height >= 1 &&
           job->height <= IVQ_PATTERN_MAX_SIZE && job->depth >= 8 && job->depth <= 16 && job->frames >= 0;
}

static void write_samples(FILE *file, const uint16_t *samples, size_t count, int depth)
{
    const size_t bytes_each = depth > 8 ? 2 : 1;
    unsigned char bytes[8192];

    while (count) {
        const size_t most = sizeof bytes / bytes_each;
        const size_t n = count < most ? count : most;
        for (size_t i = 0; i < n; i++) {
            bytes[i * bytes_each] = (unsigned char)(samples[i] & 0xff);
            if (bytes_each == 2)
                bytes[i * 2 + 1] = (unsigned char)(samples[i] >> 8);
        }
        fwrite(bytes, bytes_each, n, file);
        samples += n;
        count -= n;
    }
}

static void write_header(FILE *file, const struct job *job)
{
    if (!job->y4m)
        return;
    fprintf(file, "YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C", job->width, job->height);
    if (job->depth > 8)
        fprintf(file, "%s%d\n", job->chroma->y4m_deep, job->depth);
    else
        fprintf(file, "%s\n", job->chroma->y4m);
}

static struct ivq_pattern_plane make_plane(const struct job *job, int frame, int index, uint16_t *samples)
{
    struct ivq_pattern_plane plane = {.width = job->width,
                                      .height = job->height,
                                      .index = index,
                                      .depth = job->depth,
                                      .frame = frame,
                                      .seed = job->seed,
                                      .reference = samples,
                                      .distorted = samples + (size_t)job->width * (size_t)job->height};

    if (index) {
        plane.shift_x = job->chroma->shift_x;
        plane.shift_y = job->chroma->shift_y;
        plane.width = (job->width + plane.shift_x) >> plane.shift_x;
        plane.height = (job->height + plane.shift_y) >> plane.shift_y;
    }
    return plane;
}

static void write_frame(FILE *const files[2], const struct job *job, int frame, uint16_t *samples)
{
    for (int i = 0; i < 2 && job->y4m; i++)
        fputs("FRAME\n", files[i]);
    for (int index = 0; index < job->chroma->planes; index++) {
        const struct ivq_pattern_plane plane = make_plane(job, frame, index, samples);
        const size_t count = (size_t)plane.width * (size_t)plane.height;
        job->pattern->fill(&plane);
        write_samples(files[0], plane.reference, count, job->depth);
        write_samples(files[1], plane.distorted, count, job->depth);
    }
}

/* A status for main: 0, or 1 after a message. */
static int run(const struct job *job)
{
    uint16_t *samples = calloc(2 * (size_t)job->width * (size_t)job->height, sizeof *samples);
    FILE *const files[2] = {fopen(job->out_reference, "wb"), fopen(job->out_distorted, "wb")};
    int failed = !samples || !files[0] || !files[1];

    if (!failed) {
        write_header(files[0], job);
        write_header(files[1], job);
        for (int frame = 0; frame < job->frames; frame++)
            write_frame(files, job, frame, samples);
    }
    for (int i = 0; i < 2; i++) {
        if (files[i]) {
            failed |= ferror(files[i]);
            failed |= fclose(files[i]);
        }
    }
    free(samples);
    if (failed)
        fprintf(stderr, "clipgen: %s and %s could not be written\n", job->out_reference, job->out_distorted);
    return failed != 0;
}

int main(int argc, char **argv)
{
    struct job job;

    if (parse(&job, argc, argv))
        return run(&job);
    fputs(usage, stderr);
    for (const struct ivq_pattern *p = ivq_patterns; p->name; p++)
        fprintf(stderr, "  %-9s %s\n", p->name, p->help);
    return 1;
}
