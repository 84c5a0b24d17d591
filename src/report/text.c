/* Names and versions inside quotes. They come from command lines and model files, so any byte may occur. */
#include "base/text.h"
#include "report/formats.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* U+FFFE and U+FFFF, which XML 1.0 cannot hold. */
static bool is_noncharacter(const unsigned char *text)
{
    return text[0] == 0xef && text[1] == 0xbf && (text[2] == 0xbe || text[2] == 0xbf);
}

static void print_text(FILE *file, const char *text, void (*print_ascii)(FILE *file, unsigned char c))
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at) {
        const int size = ivq_text_character((const char *)at);
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
