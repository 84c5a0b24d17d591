#include "log_check.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

enum { MAX_DEPTH = 8, MAX_ATTRIBUTES = 64 };

struct name {
    const char *at;
    size_t length;
};

static bool same(struct name a, struct name b)
{
    return a.length == b.length && !memcmp(a.at, b.at, a.length);
}

/* --- XML --- */

static struct name take_name(const char **at)
{
#define LETTERS "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    static const char letters[] = LETTERS, both[] = LETTERS "-.0123456789";
#undef LETTERS
    struct name name = {*at, 0};
    name.length = strspn(name.at, letters) ? strspn(name.at, both) : 0;
    FUZZ_CHECK(name.length);
    *at += name.length;
    return name;
}

/* Characters of XML 1.0: no controls, no halves of pairs, not U+FFFE and U+FFFF. UTF-8 as it is most often
   broken is checked by its lead bytes and lengths. */
static const char *take_character(const char *at)
{
    const unsigned char *c = (const unsigned char *)at;
    const int more = *c < 0x80 ? 0 : *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : 1;
    FUZZ_CHECK(*c >= ' ' || *c == '\t' || *c == '\n' || *c == '\r');
    FUZZ_CHECK(*c < 0x80 || (*c >= 0xc2 && *c <= 0xf4));
    for (int i = 1; i <= more; i++)
        FUZZ_CHECK((c[i] & 0xc0) == 0x80);
    FUZZ_CHECK(strncmp(at, "\xef\xbf\xbe", 3) != 0 && strncmp(at, "\xef\xbf\xbf", 3) != 0);
    FUZZ_CHECK(!(c[0] == 0xed && c[1] >= 0xa0));
    return at + more + 1;
}

static const char *take_reference(const char *at)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#9;", "&#10;", "&#13;"};
    size_t i = 0;
    while (i < sizeof known / sizeof known[0] && strncmp(at, known[i], strlen(known[i])) != 0)
        i++;
    FUZZ_CHECK(i < sizeof known / sizeof known[0]);
    return at + strlen(known[i]);
}

static const char *take_attributes(const char *at)
{
    struct name names[MAX_ATTRIBUTES];
    int count = 0;
    for (; *at != '/' && *at != '>'; count++) {
        FUZZ_CHECK(count < MAX_ATTRIBUTES);
        names[count] = take_name(&at);
        for (int i = 0; i < count; i++)
            FUZZ_CHECK(!same(names[i], names[count]));
        FUZZ_CHECK(at[0] == '=' && at[1] == '"');
        for (at += 2; *at != '"';) {
            FUZZ_CHECK(*at && *at != '<');
            at = *at == '&' ? take_reference(at) : take_character(at);
        }
        at += 1 + strspn(at + 1, " ");
    }
    return at;
}

void log_check_xml(const char *text)
{
    struct name open[MAX_DEPTH];
    int depth = 0;
    const char *at = text;
    do {
        FUZZ_CHECK(*at == '<');
        const bool closes = at[1] == '/';
        at += closes ? 2 : 1;
        const struct name name = take_name(&at);
        at += strspn(at, " ");
        if (closes) {
            FUZZ_CHECK(depth > 0 && same(open[--depth], name));
        } else {
            at = take_attributes(at);
            FUZZ_CHECK(depth < MAX_DEPTH);
            if (*at == '/')
                at++;
            else
                open[depth++] = name;
        }
        FUZZ_CHECK(*at == '>');
        at += 1 + strspn(at + 1, " \n");
    } while (depth);
    FUZZ_CHECK(!*at);
}

/* --- CSV and subtitles --- */

static const char *take_cell(const char *at)
{
    if (*at != '"')
        return at + strcspn(at, ",\n\"");
    for (at++; *at && (*at != '"' || at[1] == '"'); at++)
        at += *at == '"';
    FUZZ_CHECK(*at == '"');
    return at + 1;
}

void log_check_csv(const char *text, int cells)
{
    for (const char *at = text; *at; at++) {
        int count = 1;
        for (at = take_cell(at); *at == ','; at = take_cell(at + 1))
            count++;
        FUZZ_CHECK(*at == '\n' && count == cells);
    }
}

static const char *take_braces(const char *at)
{
    FUZZ_CHECK(*at == '{' && isdigit((unsigned char)at[1]));
    at += 1 + strspn(at + 1, "0123456789");
    FUZZ_CHECK(*at == '}');
    return at + 1;
}

void log_check_sub(const char *text)
{
    for (const char *at = text; *at; at++) {
        at = take_braces(take_braces(at));
        const size_t length = strcspn(at, "\n{}");
        FUZZ_CHECK(length && at[length] == '\n' && at[length - 1] == '|');
        at += length;
    }
}
