/* What the device suite's parts share: checks, and a job to launch: the squared difference of two planes,
   held against a plain sum. */
#ifndef DEVICE_SSE_H
#define DEVICE_SSE_H
#include "device/device.h"

#define POISON 0xa5c33c5au
enum { ALIGN = IVQ_BUFFER_ALIGN, WORD = 4 };

/* Ends a test function at the first check that fails; what it holds is then leaked. */
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            return complain(device, __FILE__, __LINE__, #condition, NULL);                                   \
    } while (0)
#define CHECK_OK(call)                                                                                       \
    do {                                                                                                     \
        if ((call) != IVQ_OK)                                                                                \
            return complain(device, __FILE__, __LINE__, #call, &error);                                      \
    } while (0)
/* Refused, with this status and some text that says why. */
#define CHECK_REFUSED(expected, call)                                                                        \
    do {                                                                                                     \
        error.text[0] = '\0';                                                                                \
        if ((call) != (expected) || error.status != (expected) || !error.text[0])                            \
            return complain(device, __FILE__, __LINE__, #call, &error);                                      \
    } while (0)
#define RUN(call)                                                                                            \
    do {                                                                                                     \
        const int run_failed = (call);                                                                       \
        if (run_failed)                                                                                      \
            return run_failed;                                                                               \
    } while (0)

/* Prints what failed, and returns 1. */
int complain(const struct ivq_device *device, const char *file, int line, const char *what,
             const struct ivq_error *error);

/* Up to IVQ_BUFFER_ALIGN. */
size_t round_up(size_t size);

/* xorshift64*: the same pictures on every machine. */
uint32_t random_word(uint64_t *state);

bool all_words(const void *data, size_t bytes, uint32_t word);
struct ivq_step copy(int stage, struct ivq_binding from, struct ivq_binding to);

enum picture { NOISE, BLACK_AND_WHITE, EQUAL, LAST_SAMPLE, PICTURES };

struct sse_job {
    const struct ivq_kernel *kernel, *sum;
    int width, height, stride;
    size_t sample, plane; /* bytes of one sample, and of one plane */
    bool direct;          /* unified devices: no copies */
    struct ivq_buffer *up, *work, *down;
    struct ivq_binding ref, dis, part, total;
    struct ivq_step steps[6];
    int step_count;
    struct ivq_plan *plan;
    uint64_t expected;
};

/* New pictures into the upload buffer, and the sum that has to come out. Columns beyond the width are noise
   that must not count. */
void draw(struct sse_job *job, enum picture picture, uint64_t seed);

/* deep: 16-bit samples; direct: kernels use the upload and readback buffers. These return how many checks
 * failed. */
int sse_open(struct ivq_device *device, struct sse_job *job, bool deep, bool direct, int width, int height);
int sse_submit(struct ivq_device *device, const struct sse_job *job);

/* Waits; then the total, and that nothing was written around it and around the tile sums. */
int sse_check(struct ivq_device *device, const struct sse_job *job);
void sse_close(struct ivq_device *device, struct sse_job *job);

#endif
