/* Names and versions inside quotes. They come from command lines and model files, so any byte may occur. */
#include <stdint.h>

#include "report/formats.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The shapes of UTF-8: a lead byte under this mask says how many bytes follow, and the smallest code point
   that needs that many. */
static const struct shape {
    unsigned char mask, lead;
    int following;
    uint32_t smallest;
} shapes[] = {
    {0x80, 0x00, 0, 0},
    {0xe0, 0xc0, 1, 0x80},
    {0xf0, 0xe0, 2, 0x800},
    {0xf8, 0xf0, 3, 0x10000},
};

enum { SHAPE_COUNT = sizeof shapes / sizeof shapes[0] };
enum { LAST_CODE_POINT = 0x10ffff, FIRST_SURROGATE = 0xd800, LAST_SURROGATE = 0xdfff };

/* Bytes of the well-formed character at the start of the text; 0 where there is none. */
static int character_size(const unsigned char *text)
{
    for (int i = 0; i < SHAPE_COUNT; i++) {
        uint32_t code;
        if ((text[0] & shapes[i].mask) != shapes[i].lead)
            continue;
        code = text[0] & (unsigned char)~shapes[i].mask;
        for (int k = 1; k <= shapes[i].following; k++) {
            if ((text[k] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (text[k] & 0x3fu);
        }
        if (code < shapes[i].smallest || code > LAST_CODE_POINT ||
            (code >= FIRST_SURROGATE && code <= LAST_SURROGATE))
            return 0;
        return shapes[i].following + 1;
    }
    return 0;
}

/* U+FFFE and U+FFFF, which XML 1.0 cannot hold. */
static bool is_noncharacter(const unsigned char *text)
{
    return text[0] == 0xef && text[1] == 0xbf && (text[2] == 0xbe || text[2] == 0xbf);
}

static void print_text(FILE *file, const char *text, void (*print_ascii)(FILE *file, unsigned char c))
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at) {
        const int size = character_size(at);
        if (size == 0 || is_noncharacter(at))
            fputs(REPLACEMENT, file);
        else if (size == 1)
            print_ascii(file, *at);
        else
            fwrite(at, 1, (size_t)size, file);
        at += size ? size : 1;
    }
}

static void print_json_ascii(FILE *file, unsigned char c)
{
    if (c < ' ' || c == 0x7f)
        fprintf(file, "\\u%04x", c);
    else if (c == '"' || c == '\\')
        fprintf(file, "\\%c", c);
    else
        fputc(c, file);
}

static void print_xml_ascii(FILE *file, unsigned char c)
{
    switch (c) {
    case '&':
        fputs("&amp;", file);
        break;
    case '<':
        fputs("&lt;", file);
        break;
    case '>':
        fputs("&gt;", file);
        break;
    case '"':
        fputs("&quot;", file);
        break;
    case '\t':
    case '\n':
    case '\r':
        fprintf(file, "&#%d;", c); /* as they are, a parser would turn them into blanks */
        break;
    default:
        if (c < ' ')
            fputs(REPLACEMENT, file); /* XML 1.0 has no way to write these */
        else
            fputc(c, file);
    }
}

void ivq_report_json_text(FILE *file, const char *text)
{
    fputc('"', file);
    print_text(file, text, print_json_ascii);
    fputc('"', file);
}

void ivq_report_xml_text(FILE *file, const char *text)
{
    print_text(file, text, print_xml_ascii);
}
