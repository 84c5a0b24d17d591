/* Readers: raw and y4m, files and pipes, headers that lie, files that end early, depths that differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input/reader.h"
#include "input_fixture.h"

static void raw_frames_with_odd_sizes(void **state)
{
    unsigned char bytes[3 * FRAME];
    struct ivq_reader *reader;

    (void)state;
    for (int f = 0; f < 3; f++)
        put_samples(bytes + f * FRAME, f, FRAME);
    write_file(bytes, sizeof bytes);
    reader = open_ok(raw_params());
    assert_int_equal(ivq_reader_frames(reader), 3);
    assert_null(ivq_reader_y4m(reader));
    assert_int_equal(ivq_reader_format(reader)->width[1], 3);
    assert_int_equal(ivq_reader_format(reader)->height[2], 2);
    for (int f = 0; f < 3; f++)
        assert_next(reader, f);
    assert_end(reader);
    assert_end(reader);
    ivq_reader_close(&reader);
    assert_null(reader);
    ivq_reader_close(&reader);
}

static void raw_skip(void **state)
{
    unsigned char bytes[4 * FRAME];
    struct ivq_reader *reader;

    (void)state;
    for (int f = 0; f < 4; f++)
        put_samples(bytes + f * FRAME, f, FRAME);
    write_file(bytes, sizeof bytes);
    reader = open_ok(raw_params());
    assert_next(reader, 0);
    assert_int_equal(ivq_reader_skip(reader, 2, NULL), IVQ_OK);
    assert_next(reader, 3);
    assert_int_equal(ivq_reader_skip(reader, INT64_MAX, NULL), IVQ_OK);
    assert_end(reader);
    ivq_reader_close(&reader);
}

static void raw_geometry_that_does_not_fit(void **state)
{
    unsigned char bytes[2 * FRAME + 4] = {0};
    struct ivq_reader_params params = raw_params();
    struct ivq_reader *reader;

    (void)state;
    put_samples(bytes, 0, FRAME);
    put_samples(bytes + FRAME, 1, FRAME);
    write_file(bytes, sizeof bytes);
    assert_open_fails(params, "58 bytes = 2 frames of 27 bytes (5x3, 420, 8 bits) and 4 bytes left over");
    assert_open_fails(params, "--frame_cnt 2");
    params.allow_partial = true;
    reader = open_ok(params);
    assert_next(reader, 0);
    assert_next(reader, 1);
    assert_next_fails(reader, IVQ_PARTIAL, "ends inside frame 2: 4 bytes are there, 27 are needed");
    ivq_reader_close(&reader);
}

static void raw_parameters_out_of_range(void **state)
{
    struct ivq_reader_params params = raw_params();

    (void)state;
    write_file("", 0);
    params.width = 16385;
    assert_open_fails(params, "16385x3");
    params = raw_params();
    params.height = -3;
    assert_open_fails(params, "5x-3");
    params = raw_params();
    params.depth = 17;
    assert_open_fails(params, "17 bits");
    params = raw_params();
    params.width = 0;
    assert_open_fails(params, "0x3");
}

static void files_that_are_no_videos(void **state)
{
    struct ivq_reader_params params = raw_params();

    (void)state;
    write_file("", 0);
    params.path = folder;
    assert_open_fails(params, "is a folder");
    params.path = "/nowhere/clip.yuv";
    assert_open_fails(params, "No such file");
    assert_open_fails((struct ivq_reader_params){.path = path}, "not a y4m file");
}

static void an_empty_raw_file_has_no_frames(void **state)
{
    struct ivq_reader *reader;

    (void)state;
    write_file("", 0);
    reader = open_ok(raw_params());
    assert_end(reader);
    ivq_reader_close(&reader);
}

static void y4m_with_geometry_is_refused(void **state)
{
    (void)state;
    write_file("YUV4MPEG2 W5 H3 F25:1\n", 22);
    assert_open_fails(raw_params(), "is a y4m file");
}

static const struct {
    const char *tag; /* C and its value, with a blank; or nothing */
    enum ivq_chroma chroma;
    int depth, frame_bytes;
} y4m_layouts[] = {
    {"", IVQ_CHROMA_420, 8, 27},           {" C420", IVQ_CHROMA_420, 8, 27},
    {" C420jpeg", IVQ_CHROMA_420, 8, 27},  {" C420mpeg2", IVQ_CHROMA_420, 8, 27},
    {" C420paldv", IVQ_CHROMA_420, 8, 27}, {" C422", IVQ_CHROMA_422, 8, 33},
    {" C444", IVQ_CHROMA_444, 8, 45},      {" C444alpha", IVQ_CHROMA_444, 8, 60},
    {" Cmono", IVQ_CHROMA_400, 8, 15},     {" C420p9", IVQ_CHROMA_420, 9, 54},
    {" C420p10", IVQ_CHROMA_420, 10, 54},  {" C422p12", IVQ_CHROMA_422, 12, 66},
    {" C444p14", IVQ_CHROMA_444, 14, 90},  {" C420p16", IVQ_CHROMA_420, 16, 54},
    {" Cmono10", IVQ_CHROMA_400, 10, 30},  {" Cmono16", IVQ_CHROMA_400, 16, 30},
};

/* Two frames of each layout keep their framing; rows hold the file's bytes in order. */
static void y4m_layouts_are_read(void **state)
{
    unsigned char bytes[MAX_BYTES];
    char header[200];

    (void)state;
    for (size_t i = 0; i < sizeof y4m_layouts / sizeof y4m_layouts[0]; i++) {
        struct ivq_reader *reader;
        const struct ivq_format *format;
        snprintf(header, sizeof header, "YUV4MPEG2 W5 H3 F30000:1001 Ip A1:1%s XYSCSS=ANY",
                 y4m_layouts[i].tag);
        write_file(bytes, put_y4m(bytes, header, i % 2 ? "FRAME" : "FRAME Ip Xwhatever",
                                  (size_t)y4m_layouts[i].frame_bytes, 2));
        reader = open_ok((struct ivq_reader_params){.path = path});
        format = ivq_reader_format(reader);
        assert_int_equal(format->chroma, y4m_layouts[i].chroma);
        assert_int_equal(format->depth, y4m_layouts[i].depth);
        assert_int_equal(ivq_reader_y4m(reader)->rate_num, 30000);
        if (y4m_layouts[i].depth == 8) {
            assert_next(reader, 0);
            assert_next(reader, 1);
        } else {
            assert_int_equal(ivq_reader_skip(reader, 2, NULL), IVQ_OK);
        }
        assert_end(reader);
        ivq_reader_close(&reader);
    }
}

static void y4m_skip_and_range(void **state)
{
    unsigned char bytes[MAX_BYTES];
    struct ivq_reader *reader;

    (void)state;
    write_file(bytes, put_y4m(bytes, "YUV4MPEG2 W5 H3 F25:1 XCOLORRANGE=FULL", "FRAME", FRAME, 4));
    reader = open_ok((struct ivq_reader_params){.path = path});
    assert_int_equal(ivq_reader_y4m(reader)->range, IVQ_RANGE_FULL);
    assert_int_equal(ivq_reader_frames(reader), 4);
    assert_int_equal(ivq_reader_skip(reader, 3, NULL), IVQ_OK);
    assert_next(reader, 3);
    assert_int_equal(ivq_reader_skip(reader, 5, NULL), IVQ_OK);
    assert_end(reader);
    ivq_reader_close(&reader);
}

static const struct {
    const char *header, *reason;
} bad_headers[] = {
    {"YUV4MPEG2 H3 F25:1", "lacks tag W"},
    {"YUV4MPEG2 W5 F25:1", "lacks tag H"},
    {"YUV4MPEG2 W5 H3", "lacks tag F"},
    {"YUV4MPEG2 W0 H3 F25:1", "'W0'"},
    {"YUV4MPEG2 W-5 H3 F25:1", "'W-5'"},
    {"YUV4MPEG2 W5x H3 F25:1", "'W5x'"},
    {"YUV4MPEG2 W H3 F25:1", "'W'"},
    {"YUV4MPEG2 W16385 H3 F25:1", "'W16385'"},
    {"YUV4MPEG2 W5 H4294967299 F25:1", "'H4294967299'"},
    {"YUV4MPEG2 W5 H99999999999999999999999 F25:1", "'H999"},
    {"YUV4MPEG2 W5 H3 F25", "'F25'"},
    {"YUV4MPEG2 W5 H3 F25:", "'F25:'"},
    {"YUV4MPEG2 W5 H3 F25:1 A1", "'A1'"},
    {"YUV4MPEG2 W5 H3 F25:1 It", "'It'"},
    {"YUV4MPEG2 W5 H3 F25:1 Im", "progressive"},
    {"YUV4MPEG2 W5 H3 F25:1 C411", "'C411'"},
    {"YUV4MPEG2 W5 H3 F25:1 C420p8", "'C420p8'"},
    {"YUV4MPEG2 W5 H3 F25:1 C420p17", "'C420p17'"},
    {"YUV4MPEG2 W5 H3 F25:1 C420jpeg10", "'C420jpeg10'"},
    {"YUV4MPEG2 W5 H3 F25:1 C444alpha10", "'C444alpha10'"},
    {"YUV4MPEG2 W5 H3 F25:1 C", "'C'"},
    {"YUV4MPEG2 W5 H3 F25:1\r", "control characters"},
    {"YUV4MPEG2 W5 H3 F25:1 X\033[31m", "control characters"},
};

static void bad_headers_are_refused(void **state)
{
    char line[200];

    (void)state;
    for (size_t i = 0; i < sizeof bad_headers / sizeof bad_headers[0]; i++) {
        const int length = snprintf(line, sizeof line, "%s\nFRAME\n", bad_headers[i].header);
        write_file(line, (size_t)length);
        assert_open_fails((struct ivq_reader_params){.path = path}, bad_headers[i].reason);
    }
}

static void long_and_binary_headers(void **state)
{
    static const char start[] = "YUV4MPEG2 W5 H3 F25:1  X"; /* two blanks are one */
    unsigned char bytes[MAX_BYTES];
    struct ivq_reader *reader;

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, start, sizeof start - 1);
    bytes[IVQ_Y4M_LINE_SIZE - 1] = '\n';
    write_file(bytes, IVQ_Y4M_LINE_SIZE);
    reader = open_ok((struct ivq_reader_params){.path = path});
    assert_end(reader);
    ivq_reader_close(&reader);
    bytes[IVQ_Y4M_LINE_SIZE - 1] = 'x';
    bytes[IVQ_Y4M_LINE_SIZE] = '\n';
    write_file(bytes, IVQ_Y4M_LINE_SIZE + 1);
    assert_open_fails((struct ivq_reader_params){.path = path}, "does not end within 4096 bytes");
    bytes[40] = '\0';
    write_file(bytes, IVQ_Y4M_LINE_SIZE);
    assert_open_fails((struct ivq_reader_params){.path = path}, "does not end within 4096 bytes");
    write_file(bytes, 20);
    assert_open_fails((struct ivq_reader_params){.path = path}, "does not end");
}

static void y4m_that_ends_early(void **state)
{
    unsigned char bytes[MAX_BYTES];
    const size_t whole = put_y4m(bytes, "YUV4MPEG2 W5 H3 F25:1", "FRAME Ip", FRAME, 2);
    const size_t second = whole - FRAME - 9;
    struct ivq_reader *reader;

    (void)state;
    for (size_t cut = 0; cut < FRAME + 9; cut++) {
        write_file(bytes, second + cut);
        reader = open_ok((struct ivq_reader_params){.path = path});
        assert_next(reader, 0);
        if (!cut)
            assert_end(reader);
        else
            assert_next_fails(reader, IVQ_PARTIAL, "ends inside frame 1");
        ivq_reader_close(&reader);
    }
}

static void y4m_with_broken_framing(void **state)
{
    unsigned char bytes[MAX_BYTES];
    const size_t size = put_y4m(bytes, "YUV4MPEG2 W5 H3 F25:1", "FRAME", FRAME, 2);
    struct ivq_reader *reader;

    (void)state;
    memcpy(bytes + size - FRAME - 6, "FRAMES", 6);
    write_file(bytes, size);
    reader = open_ok((struct ivq_reader_params){.path = path});
    assert_next(reader, 0);
    assert_next_fails(reader, IVQ_INPUT, "no FRAME line before frame 1");
    ivq_reader_close(&reader);
    memcpy(bytes + size - FRAME - 6, "FR\0ME", 5); /* not the beginning of a line that was cut */
    for (size_t extra = 1; extra < 6; extra++) {
        write_file(bytes, size - FRAME - 6 + extra);
        reader = open_ok((struct ivq_reader_params){.path = path});
        assert_next(reader, 0);
        assert_next_fails(reader, extra < 3 ? IVQ_PARTIAL : IVQ_INPUT, "frame 1");
        ivq_reader_close(&reader);
    }
}

/* A child that writes bytes into a pipe, a few at a time; the read end becomes standard input. */
struct piped {
    pid_t child;
    int saved_stdin;
};

static struct piped pipe_to_stdin(const unsigned char *bytes, size_t count, size_t step)
{
    struct piped piped = {.saved_stdin = dup(STDIN_FILENO)};
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    piped.child = fork();
    assert_true(piped.child >= 0);
    if (!piped.child) {
        close(ends[0]);
        for (size_t i = 0; i < count; i += step) {
            const size_t n = count - i < step ? count - i : step;
            if (write(ends[1], bytes + i, n) != (ssize_t)n)
                _exit(1);
        }
        _exit(0);
    }
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    return piped;
}

static void restore_stdin(struct piped piped)
{
    dup2(piped.saved_stdin, STDIN_FILENO);
    close(piped.saved_stdin);
    waitpid(piped.child, NULL, 0);
}

static void pipes_of_y4m_and_raw(void **state)
{
    unsigned char bytes[MAX_BYTES];
    const size_t size = put_y4m(bytes, "YUV4MPEG2 W5 H3 F25:1", "FRAME", FRAME, 4);
    struct ivq_reader_params params = raw_params();
    struct ivq_reader *reader;
    struct piped piped = pipe_to_stdin(bytes, size, 7);

    (void)state;
    reader = open_ok((struct ivq_reader_params){.path = "-"});
    assert_string_equal(ivq_reader_name(reader), "standard input");
    assert_int_equal(ivq_reader_frames(reader), -1);
    assert_next(reader, 0);
    assert_int_equal(ivq_reader_skip(reader, 2, NULL), IVQ_OK);
    assert_next(reader, 3);
    assert_end(reader);
    ivq_reader_close(&reader);
    restore_stdin(piped);

    params.path = "-";
    put_samples(bytes, 0, FRAME);
    piped = pipe_to_stdin(bytes, FRAME + 3, 5);
    reader = open_ok(params);
    assert_next(reader, 0);
    assert_next_fails(reader, IVQ_PARTIAL, "standard input ends inside frame 1: 3 bytes are there, 27");
    ivq_reader_close(&reader);
    restore_stdin(piped);
}

/* Standard input may be a file, and its reader may not start at byte 0. */
static void stdin_inside_a_file(void **state)
{
    unsigned char bytes[4 + 2 * FRAME];
    struct ivq_reader_params params = raw_params();
    const int saved = dup(STDIN_FILENO);
    struct ivq_reader *reader;
    int file;

    (void)state;
    put_samples(bytes + 4, 0, FRAME);
    put_samples(bytes + 4 + FRAME, 1, FRAME);
    write_file(bytes, sizeof bytes);
    file = open(path, O_RDONLY);
    assert_int_equal(lseek(file, 4, SEEK_SET), 4);
    dup2(file, STDIN_FILENO);
    close(file);
    params.path = "-";
    reader = open_ok(params);
    assert_int_equal(ivq_reader_frames(reader), 2);
    assert_int_equal(ivq_reader_skip(reader, 1, NULL), IVQ_OK);
    assert_next(reader, 1);
    assert_end(reader);
    ivq_reader_close(&reader);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0); /* still open */
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void depths_are_raised_by_shifting(void **state)
{
    unsigned char bytes[MAX_BYTES];
    struct ivq_reader *reader;
    struct planes planes;
    bool end;

    (void)state;
    write_file(bytes, put_y4m(bytes, "YUV4MPEG2 W5 H3 F25:1", "FRAME", FRAME, 1));
    reader = open_ok((struct ivq_reader_params){.path = path});
    assert_int_equal(ivq_reader_set_depth(reader, 7, NULL), IVQ_USAGE);
    assert_int_equal(ivq_reader_set_depth(reader, 17, NULL), IVQ_USAGE);
    assert_int_equal(ivq_reader_set_depth(reader, 10, NULL), IVQ_OK);
    assert_int_equal(ivq_reader_format(reader)->depth, 10);
    clear_planes(&planes);
    assert_int_equal(ivq_reader_next(reader, &planes.picture, &end, NULL), IVQ_OK);
    for (int y = 0; y < H; y++) {
        const uint16_t *row = (const uint16_t *)(const void *)(planes.bytes[0] + y * STRIDE);
        for (int x = 0; x < W; x++)
            assert_int_equal(row[x], sample(0, y * W + x) << 2);
        assert_int_equal(planes.bytes[0][y * STRIDE + 2 * W], MARK);
    }
    assert_end(reader);
    ivq_reader_close(&reader);
}

static void deep_samples_are_shifted_and_checked(void **state)
{
    const uint16_t samples[2][15] = {{1, 2, 1023}, {7, 1024, 3}};
    struct ivq_reader_params params = {
        .path = path, .width = W, .height = H, .depth = 10, .chroma = IVQ_CHROMA_400};
    struct ivq_reader *reader;
    struct planes planes;
    bool end;

    (void)state;
    write_file(samples, sizeof samples);
    reader = open_ok(params);
    assert_int_equal(ivq_reader_set_depth(reader, 12, NULL), IVQ_OK);
    clear_planes(&planes);
    assert_int_equal(ivq_reader_next(reader, &planes.picture, &end, NULL), IVQ_OK);
    assert_int_equal(((uint16_t *)planes.picture.data[0])[2], 1023 << 2);
    assert_next_fails(reader, IVQ_INPUT, "frame 1, plane 0 holds a sample of 1024, above 10 bits");
    ivq_reader_close(&reader);
}

/* Planes larger than the reader's buffer, packed and not. */
static void large_planes(void **state)
{
    enum { SIDE = 700, BIG_STRIDE = 768 };
    unsigned char *bytes = malloc(SIDE * SIDE), *plane = calloc(1, SIDE * BIG_STRIDE);
    struct ivq_reader_params params = {
        .path = path, .width = SIDE, .height = SIDE, .depth = 8, .chroma = IVQ_CHROMA_400};

    (void)state;
    for (int i = 0; i < SIDE * SIDE; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 251);
    write_file(bytes, SIDE * SIDE);
    for (int stride = SIDE; stride <= BIG_STRIDE; stride += BIG_STRIDE - SIDE) {
        struct ivq_reader *reader = open_ok(params);
        struct ivq_picture picture = {.data = {plane}, .stride = {stride}};
        bool end;
        assert_int_equal(ivq_reader_next(reader, &picture, &end, NULL), IVQ_OK);
        for (int y = 0; y < SIDE; y++)
            assert_memory_equal(plane + y * stride, bytes + y * SIDE, SIDE);
        ivq_reader_close(&reader);
    }
    free(bytes);
    free(plane);
}

static void nothing_stays_open(void **state)
{
    const int before = open("/dev/null", O_RDONLY);
    int after;

    (void)state;
    close(before);
    bad_headers_are_refused(NULL);
    files_that_are_no_videos(NULL);
    raw_frames_with_odd_sizes(NULL);
    after = open("/dev/null", O_RDONLY);
    close(after);
    assert_int_equal(before, after);
}

static void names_of_chroma_formats(void **state)
{
    enum ivq_chroma chroma;

    (void)state;
    assert_true(ivq_chroma_find("422", &chroma));
    assert_int_equal(chroma, IVQ_CHROMA_422);
    assert_string_equal(ivq_chroma_name(IVQ_CHROMA_400), "400");
    assert_false(ivq_chroma_find("411", &chroma));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_frames_with_odd_sizes),
        cmocka_unit_test(raw_skip),
        cmocka_unit_test(raw_geometry_that_does_not_fit),
        cmocka_unit_test(raw_parameters_out_of_range),
        cmocka_unit_test(files_that_are_no_videos),
        cmocka_unit_test(an_empty_raw_file_has_no_frames),
        cmocka_unit_test(y4m_with_geometry_is_refused),
        cmocka_unit_test(y4m_layouts_are_read),
        cmocka_unit_test(y4m_skip_and_range),
        cmocka_unit_test(bad_headers_are_refused),
        cmocka_unit_test(long_and_binary_headers),
        cmocka_unit_test(y4m_that_ends_early),
        cmocka_unit_test(y4m_with_broken_framing),
        cmocka_unit_test(pipes_of_y4m_and_raw),
        cmocka_unit_test(stdin_inside_a_file),
        cmocka_unit_test(depths_are_raised_by_shifting),
        cmocka_unit_test(deep_samples_are_shifted_and_checked),
        cmocka_unit_test(large_planes),
        cmocka_unit_test(nothing_stays_open),
        cmocka_unit_test(names_of_chroma_formats),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
