#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

/* Bytes of the character, and its code point; 0 where it is not well-formed. */
static int decode(const unsigned char *text, uint32_t *code)
{
    for (int i = 0; i < SHAPE_COUNT; i++) {
        if ((text[0] & shapes[i].mask) != shapes[i].lead)
            continue;
        *code = text[0] & (unsigned char)~shapes[i].mask;
        for (int k = 1; k <= shapes[i].following; k++) {
            if ((text[k] & 0xc0) != 0x80)
                return 0;
            *code = *code << 6 | (text[k] & 0x3fu);
        }
        if (*code < shapes[i].smallest || *code > LAST_CODE_POINT ||
            (*code >= FIRST_SURROGATE && *code <= LAST_SURROGATE))
            return 0;
        return shapes[i].following + 1;
    }
    return 0;
}

int ivq_text_character(const char *text)
{
    uint32_t code;
    return decode((const unsigned char *)text, &code);
}

static bool breaks_a_line(uint32_t code)
{
    enum { DELETE = 0x7f, LAST_CONTROL = 0x9f, LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029 };
    return code < ' ' || (code >= DELETE && code <= LAST_CONTROL) || code == LINE_SEPARATOR ||
           code == PARAGRAPH_SEPARATOR;
}

static void spell(unsigned char byte, char *to)
{
    static const char named[] = "\n\r\t", names[] = "nrt";
    const char *const found = byte ? strchr(named, byte) : NULL;
    if (found)
        snprintf(to, 3, "\\%c", names[found - named]);
    else
        snprintf(to, 5, "\\x%02x", byte);
}

const char *ivq_text_take(const char *text, char piece[IVQ_TEXT_PIECE])
{
    const unsigned char *const bytes = (const unsigned char *)text;
    uint32_t code;
    const int size = decode(bytes, &code), taken = size ? size : 1;
    if (size && !breaks_a_line(code)) {
        memcpy(piece, text, (size_t)size);
        piece[size] = 0;
        return text + size;
    }
    piece[0] = 0;
    for (int i = 0; i < taken; i++)
        spell(bytes[i], piece + strlen(piece));
    return text + taken;
}

void ivq_text_escape(char *to, size_t size, const char *from)
{
    char piece[IVQ_TEXT_PIECE];
    size_t used = 0;
    while (*from) {
        from = ivq_text_take(from, piece);
        const size_t more = strlen(piece);
        if (used + more >= size)
            break;
        memcpy(to + used, piece, more);
        used += more;
    }
    to[used] = 0;
}
