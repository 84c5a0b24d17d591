/* Small clips in a temporary folder, and checks of what a reader makes of them. Part of input_test.c, after
 * cmocka.h. */
#ifndef INPUT_FIXTURE_H
#define INPUT_FIXTURE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/reader.h"

/* 5x3 in 4:2:0 has planes of 5x3, 3x2 and 3x2 samples (DECISIONS 1). */
enum { W = 5, H = 3, CHROMA = 6, FRAME = W * H + 2 * CHROMA };

enum { MAX_BYTES = 1 << 16 };

/* Rows with room between them, filled with a mark that must survive. */
enum { STRIDE = 64, ROWS = 8, MARK = 0xa5 };

struct planes {
    _Alignas(8) unsigned char bytes[3][STRIDE * ROWS];
    struct ivq_picture picture;
};

static void clear_planes(struct planes *p)
{
    memset(p->bytes, MARK, sizeof p->bytes);
    for (int i = 0; i < 3; i++) {
        p->picture.data[i] = p->bytes[i];
        p->picture.stride[i] = STRIDE;
    }
}

static char folder[] = "/tmp/isovq-input-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/clip", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* Sample i of frame f of the test clips. */
static unsigned char sample(int f, int i)
{
    return (unsigned char)(f * 50 + i);
}

static size_t put_samples(unsigned char *to, int f, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = sample(f, (int)i);
    return count;
}

/* A y4m file of whole frames in 8 bits; returns its size. */
static size_t put_y4m(unsigned char *to, const char *header, const char *frame_line, size_t frame_bytes,
                      int frames)
{
    size_t size = (size_t)sprintf((char *)to, "%s\n", header);

    for (int f = 0; f < frames; f++) {
        size += (size_t)sprintf((char *)to + size, "%s\n", frame_line);
        size += put_samples(to + size, f, frame_bytes);
    }
    return size;
}

static struct ivq_reader_params raw_params(void)
{
    return (struct ivq_reader_params){
        .path = path, .width = W, .height = H, .depth = 8, .chroma = IVQ_CHROMA_420};
}

static struct ivq_reader *open_ok(struct ivq_reader_params params)
{
    struct ivq_reader *reader;
    struct ivq_error error = {0};

    if (ivq_reader_open(&reader, &params, &error))
        fail_msg("%s", error.text);
    return reader;
}

static void assert_open_fails(struct ivq_reader_params params, const char *reason)
{
    struct ivq_reader *reader = (struct ivq_reader *)1;
    struct ivq_error error = {0};

    assert_int_equal(ivq_reader_open(&reader, &params, &error), IVQ_INPUT);
    assert_null(reader);
    if (!strstr(error.text, reason))
        fail_msg("'%s' does not say '%s'", error.text, reason);
}

/* Checks the 8-bit planes of frame f, and that nothing between rows was touched. */
static void assert_frame(const struct planes *p, const struct ivq_format *format, int f)
{
    int i = 0;

    for (int plane = 0; plane < ivq_format_planes(format); plane++) {
        for (int y = 0; y < ROWS; y++) {
            for (int x = 0; x < STRIDE; x++) {
                const bool inside = x < format->width[plane] && y < format->height[plane];
                assert_int_equal(p->bytes[plane][y * STRIDE + x], inside ? sample(f, i++) : MARK);
            }
        }
    }
}

static void assert_next(struct ivq_reader *reader, int f)
{
    struct ivq_error error = {0};
    struct planes planes;
    bool end = true;

    clear_planes(&planes);
    if (ivq_reader_next(reader, &planes.picture, &end, &error))
        fail_msg("%s", error.text);
    assert_false(end);
    assert_frame(&planes, ivq_reader_format(reader), f);
}

static void assert_end(struct ivq_reader *reader)
{
    struct ivq_error error = {0};
    struct planes planes;
    bool end = false;

    clear_planes(&planes);
    assert_int_equal(ivq_reader_next(reader, &planes.picture, &end, &error), IVQ_OK);
    assert_true(end);
    assert_int_equal(planes.bytes[0][0], MARK);
}

static void assert_next_fails(struct ivq_reader *reader, enum ivq_status status, const char *reason)
{
    struct planes planes;

    clear_planes(&planes);
    for (int i = 0; i < 2; i++) { /* the second call must say the same */
        struct ivq_error error = {0};
        bool end = true;
        assert_int_equal(ivq_reader_next(reader, &planes.picture, &end, &error), status);
        assert_int_equal(error.status, status);
        assert_false(end);
        if (!strstr(error.text, reason))
            fail_msg("'%s' does not say '%s'", error.text, reason);
    }
}

#endif
