/* Whether a text is what its format says it is. Each function ends the process where it is not. */
#ifndef FUZZ_LOG_CHECK_H
#define FUZZ_LOG_CHECK_H

/* Well-formed XML, of the kinds that logs use: elements and attributes, no declaration, text or comments. */
void log_check_xml(const char *text);

/* Every record has `cells` cells (RFC 4180, with '\n'). */
void log_check_csv(const char *text, int cells);

/* Every line is "{number}{number}...|". */
void log_check_sub(const char *text);

#endif
