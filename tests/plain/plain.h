/* The plain references: every metric as whole planes and simple loops, written from the specs alone. They
   share no code with src/ but the correctly rounded functions of scores (DECISIONS 6), so that a
   mistake in the one kernel text shows as a difference.

   A metric is a file NAME.c that defines `const struct plain_metric plain_NAME`; the build finds it. Its
   figures lie in NAME_figures.c, checks of steps on the way to the scores in NAME_test.c (plain_check.h),
   what those checks need of NAME.c in NAME.h.

   Functions that return int return 0, or 1 where the spec refuses the options or the pictures;
   plain_message() then says why. Memory that runs out ends the test program. Nothing here is safe to call
   from two threads at once. */
#ifndef PLAIN_PLAIN_H
#define PLAIN_PLAIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plain_plane {
    int width, height;
    const uint16_t *samples; /* width * height in raster order, no padding, 0 .. 2^depth - 1 */
};

/* One picture pair. The samples belong to the caller. */
struct plain_clip_frame {
    struct plain_plane ref[3], dis[3];
    int planes; /* 1 (4:0:0) or 3 */
    int depth;  /* bits per sample, 8 to 16; the same in all frames of a clip */
};

/* Receives every score. frame is -1 for one value of the whole clip; name is the log name while all options
   have their defaults, and never carries an option suffix. */
typedef void (*plain_emit_fn)(void *user, int frame, const char *name, double value);

enum plain_type { PLAIN_BOOL, PLAIN_INT, PLAIN_DOUBLE, PLAIN_CHOICE };

struct plain_option {
    const char *name;
    enum plain_type type;
    size_t offset; /* in the metric's options: of a bool, int, double, or of an int that counts choices */
    double initial, min, max;
    const char *const *choices; /* the texts of a PLAIN_CHOICE, ended by NULL */
};

/* Lines of a metric's table. `of` is the struct that holds the options. */
#define PLAIN_SWITCH(of, name, initial)                                                                      \
    {                                                                                                        \
#name, PLAIN_BOOL, offsetof(struct of, name), initial, 0, 1, NULL                                    \
    }
#define PLAIN_WHOLE(of, name, initial, min, max)                                                             \
    {                                                                                                        \
#name, PLAIN_INT, offsetof(struct of, name), initial, min, max, NULL                                 \
    }
#define PLAIN_NUMBER(of, name, initial, min, max)                                                            \
    {                                                                                                        \
#name, PLAIN_DOUBLE, offsetof(struct of, name), initial, min, max, NULL                              \
    }
#define PLAIN_TEXT(of, name, initial, choices)                                                               \
    {                                                                                                        \
#name, PLAIN_CHOICE, offsetof(struct of, name), initial, 0, 0, choices                               \
    }

/* A set of options that shared/golden holds scores for. */
struct plain_golden {
    const char *options; /* "name=value:name=value" or "" */
    const char *suffix;  /* which the log adds to the names of outputs */
};

/* One score that the reference, libvmaf f85a8536, is known to give, or that follows from the spec by hand.
   Rows of one (clip, options) stand together, and so do those of one clip. */
struct plain_figure {
    const char *clip; /* a name of clips.h */
    int frame;        /* -1: one value for the whole clip */
    const char *options;
    const char *output; /* the log name while all options have their defaults */
    double value;       /* NAN or -INFINITY where the log has null */
};

struct plain_refusal {
    const char *clip, *options;
};

struct plain_metric {
    const char *name;
    const struct plain_option *options; /* ended by a NULL name */
    size_t options_size;
    int min_size;     /* smallest luma width and height */
    bool single;      /* scores each frame by itself */
    bool depth_free;  /* samples shifted left by some bits, at as many more bits, have the same scores */
    bool second_name; /* a fork's name of another metric's scores (DECISIONS 20) */
    /* How far a score may be from its golden or figure: in units in the last place, or by value (above 1 by
       its share of the value). */
    int ulps;
    double difference;
    int (*run)(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user);
    /* Each ended by an empty entry; NULL: none. */
    const struct plain_golden *goldens;
    const struct plain_figure *figures;
    const struct plain_refusal *refused;
};

/* All metrics in alphabetical order, ended by NULL. */
extern const struct plain_metric *const plain_metrics[];

/* NULL where there is none of that name. */
const struct plain_metric *plain_find(const char *name);

/* Equal bits, or both NaN. */
bool plain_same(double a, double b);

/* How many binary64 numbers apart; INT64_MAX where one of them is not finite. */
int64_t plain_ulps(double a, double b);

/* Whether a score is what was wanted, but for what the metric's table allows. */
bool plain_allows(const struct plain_metric *metric, double value, double wanted);

/* Why the last call refused. One line, valid until the next refusal. */
const char *plain_message(void);

/* Fills a metric's options from "name=value:name=value" or "": defaults for what is not named. */
int plain_parse(const struct plain_metric *metric, const char *text, void *options);

/* Runs a metric by name with options as text. */
int plain_run(const char *feature, const char *options, const struct plain_clip_frame *frames, int count,
              plain_emit_fn emit, void *user);

#endif
