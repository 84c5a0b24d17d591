/* The ways in which a gate passes while proving nothing (spec parity_gate, part B), by their numbers there.
   What breaks a rule is reported with its number, so that a reader can look up what was fooled. */
#ifndef IVQ_PARITY_RULES_H
#define IVQ_PARITY_RULES_H
#include <stdbool.h>

enum { IVQ_RULES = 37 }; /* B1 to B37 */

/* What the gate does about it, in a few words; rule from 1 to IVQ_RULES. */
const char *ivq_rule_text(int rule);

/* Whether a rule is kept. Always, except in the build for tests/parity_traps_test.py (IVQ_PARITY_HOOKS):
   there IVQ_TEST_OFF=B14,B32 switches rules off, to show that the test of each one fails without it. */
bool ivq_rule_is_on(int rule);

#endif
