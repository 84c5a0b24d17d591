#include "input/y4m.h"

#include <string.h>

#include "base/number.h"
#include "frame/format.h"

/* What the tags add up to before the whole is checked. */
struct header {
    struct ivq_y4m *y4m;
    int width, height, depth;
    enum ivq_chroma chroma;
    bool has_rate;
};

/* The values of tag C. With `deep`, the name may be followed by that text and a depth from 9 to 16. Chroma
   siting does not matter: samples are used as they are. */
static const struct layout {
    const char *name;
    enum ivq_chroma chroma;
    bool alpha;
    const char *deep;
} layouts[] = {
    {"420", IVQ_CHROMA_420, false, "p"},       {"420jpeg", IVQ_CHROMA_420, false, NULL},
    {"420mpeg2", IVQ_CHROMA_420, false, NULL}, {"420paldv", IVQ_CHROMA_420, false, NULL},
    {"422", IVQ_CHROMA_422, false, "p"},       {"444", IVQ_CHROMA_444, false, "p"},
    {"444alpha", IVQ_CHROMA_444, true, NULL},  {"mono", IVQ_CHROMA_400, false, ""},
};

enum { LAYOUT_COUNT = sizeof layouts / sizeof layouts[0] };

static bool read_size(const char *value, int *size)
{
    int64_t parsed;

    if (!ivq_number_parse_int(value, 1, IVQ_FORMAT_MAX_SIZE, &parsed))
        return false;
    *size = (int)parsed;
    return true;
}

static bool read_width(struct header *header, const char *value)
{
    return read_size(value, &header->width);
}

static bool read_height(struct header *header, const char *value)
{
    return read_size(value, &header->height);
}

/* "a:b", any two integers. */
static bool read_ratio(const char *value, int64_t *num, int64_t *den)
{
    char first[32];
    const char *colon = strchr(value, ':');

    if (!colon || (size_t)(colon - value) >= sizeof first)
        return false;
    memcpy(first, value, (size_t)(colon - value));
    first[colon - value] = '\0';
    return ivq_number_parse_int(first, INT64_MIN, INT64_MAX, num) &&
           ivq_number_parse_int(colon + 1, INT64_MIN, INT64_MAX, den);
}

static bool read_rate(struct header *header, const char *value)
{
    header->has_rate = read_ratio(value, &header->y4m->rate_num, &header->y4m->rate_den);
    return header->has_rate;
}

static bool read_aspect(struct header *header, const char *value)
{
    int64_t num, den;

    (void)header;
    return read_ratio(value, &num, &den);
}

static bool read_interlacing(struct header *header, const char *value)
{
    (void)header;
    return !strcmp(value, "p") || !strcmp(value, "?");
}

static bool read_deep(const char *value, const struct layout *layout, int *depth)
{
    const size_t name = strlen(layout->name);
    const size_t deep = layout->deep ? strlen(layout->deep) : 0;
    int64_t parsed;

    if (!layout->deep || strncmp(value, layout->name, name) != 0 ||
        strncmp(value + name, layout->deep, deep) != 0)
        return false;
    if (!ivq_number_parse_int(value + name + deep, IVQ_FORMAT_MIN_DEPTH + 1, IVQ_FORMAT_MAX_DEPTH, &parsed))
        return false;
    *depth = (int)parsed;
    return true;
}

static bool read_chroma(struct header *header, const char *value)
{
    for (int i = 0; i < LAYOUT_COUNT; i++) {
        int depth = IVQ_FORMAT_MIN_DEPTH;
        if (strcmp(value, layouts[i].name) != 0 && !read_deep(value, &layouts[i], &depth))
            continue;
        header->chroma = layouts[i].chroma;
        header->depth = depth;
        header->y4m->alpha = layouts[i].alpha;
        return true;
    }
    return false;
}

static bool read_extension(struct header *header, const char *value)
{
    if (!strcmp(value, "COLORRANGE=FULL"))
        header->y4m->range = IVQ_RANGE_FULL;
    else if (!strcmp(value, "COLORRANGE=LIMITED"))
        header->y4m->range = IVQ_RANGE_LIMITED;
    return true;
}

_Static_assert(IVQ_FORMAT_MAX_SIZE == 16384, "the texts below name the limit");

/* Letters that are not listed are passed over. */
static const struct tag {
    char letter;
    bool (*read)(struct header *header, const char *value);
    const char *expected;
} tags[] = {
    {'W', read_width, "a width from 1 to 16384"},
    {'H', read_height, "a height from 1 to 16384"},
    {'F', read_rate, "a frame rate such as F25:1"},
    {'I', read_interlacing, "Ip: only progressive video can be scored"},
    {'A', read_aspect, "a pixel aspect such as A1:1"},
    {'C', read_chroma,
     "420, 420jpeg, 420mpeg2, 420paldv, 422, 444, 444alpha, mono, or 420pN, 422pN, 444pN, monoN"},
    {'X', read_extension, ""},
};

enum { TAG_COUNT = sizeof tags / sizeof tags[0] };

static enum ivq_status read_tag(struct header *header, const char *text, const char *name,
                                struct ivq_error *error)
{
    for (int i = 0; i < TAG_COUNT; i++) {
        if (tags[i].letter == text[0] && !tags[i].read(header, text + 1))
            return ivq_fail(error, IVQ_INPUT, "%s: y4m tag '%.40s' cannot be read: expected %s", name, text,
                            tags[i].expected);
    }
    return IVQ_OK;
}

static bool has_control_characters(const char *line)
{
    for (; *line; line++) {
        if ((unsigned char)*line < ' ' || *line == 0x7f)
            return true;
    }
    return false;
}

static enum ivq_status read_tags(struct header *header, char *line, const char *name, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    char *rest = NULL;

    if (strncmp(line, IVQ_Y4M_MAGIC, IVQ_Y4M_MAGIC_SIZE) != 0)
        return ivq_fail(error, IVQ_INPUT, "%s does not begin with " IVQ_Y4M_MAGIC, name);
    if (has_control_characters(line)) /* would reach the terminal through error texts */
        return ivq_fail(error, IVQ_INPUT, "%s: the y4m header holds control characters", name);
    (void)strtok_r(line, " ", &rest); /* the magic and the version */
    for (char *tag = strtok_r(NULL, " ", &rest); tag && !status; tag = strtok_r(NULL, " ", &rest))
        status = read_tag(header, tag, name, error);
    return status;
}

enum ivq_status ivq_y4m_parse_header(struct ivq_y4m *y4m, char *line, const char *name,
                                     struct ivq_error *error)
{
    struct header header = {.y4m = y4m, .depth = IVQ_FORMAT_MIN_DEPTH, .chroma = IVQ_CHROMA_420};
    enum ivq_status status;

    *y4m = (struct ivq_y4m){0};
    status = read_tags(&header, line, name, error);
    if (status)
        return status;
    if (!header.width || !header.height || !header.has_rate)
        return ivq_fail(error, IVQ_INPUT, "%s: the y4m header lacks tag %c (%s)", name,
                        !header.width    ? 'W'
                        : !header.height ? 'H'
                                         : 'F',
                        !header.width    ? "width"
                        : !header.height ? "height"
                                         : "frame rate");
    ivq_format_set(&y4m->format, header.width, header.height, header.depth, header.chroma);
    return IVQ_OK;
}

bool ivq_y4m_is_frame(const char *line)
{
    return !strncmp(line, "FRAME", 5) && (line[5] == '\0' || line[5] == ' ');
}
