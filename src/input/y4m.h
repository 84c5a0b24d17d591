/* The text of a YUV4MPEG2 stream (cli_and_logs.md section 2.2): its header line, and the line before each
 * frame. */
#ifndef IVQ_INPUT_Y4M_H
#define IVQ_INPUT_Y4M_H
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "frame/format.h"

/* Lines are refused beyond this many bytes, the '\n' included. */
enum { IVQ_Y4M_LINE_SIZE = 4096 };

/* The first bytes of a stream; the version that follows them is not looked at. */
#define IVQ_Y4M_MAGIC "YUV4MPEG"
enum { IVQ_Y4M_MAGIC_SIZE = sizeof IVQ_Y4M_MAGIC - 1 };

enum ivq_range { IVQ_RANGE_UNKNOWN, IVQ_RANGE_LIMITED, IVQ_RANGE_FULL };

/* What a header says. The rate and the range never change a sample or a score. */
struct ivq_y4m {
    struct ivq_format format;
    bool alpha;                 /* a fourth plane of luma size follows each frame */
    int64_t rate_num, rate_den; /* frames per second; 0:0 where it is unknown */
    enum ivq_range range;
};

/* Reads a header line, without its '\n'; cuts `line` into its tags as it goes. `name` is for the error text.
   Fails with IVQ_INPUT. */
enum ivq_status ivq_y4m_parse_header(struct ivq_y4m *y4m, char *line, const char *name,
                                     struct ivq_error *error);

/* Whether a line, without its '\n', opens a frame. Parameters of frames are not looked at. */
bool ivq_y4m_is_frame(const char *line);

#endif
