/* Texts of unknown origin: names from command lines, files and drivers, which may hold any bytes. */
#ifndef IVQ_BASE_TEXT_H
#define IVQ_BASE_TEXT_H
#include <stddef.h>

/* Bytes of the well-formed UTF-8 character at the start of the text; 0 where there is none. */
int ivq_text_character(const char *text);

enum { IVQ_TEXT_PIECE = 17 }; /* the longest character, every byte as \x.., and the end */

/* Takes the first character off a text, as it may stand in a line on a terminal: as it is, but control
   characters (also those of U+0080 to U+009F), line and paragraph separators, and bytes that are no UTF-8 as
   \n, \r, \t or \x and two digits. Returns the rest; the text is not empty. */
const char *ivq_text_take(const char *text, char piece[IVQ_TEXT_PIECE]);

/* The whole text in that way, cut between two characters where `size` bytes do not hold it. */
void ivq_text_escape(char *to, size_t size, const char *from);

#endif
