/* Checks of a metric's steps on the way to its scores: NAME_test.c defines
   `const struct plain_checks plain_NAME_checks`, and plain_test runs it. */
#ifndef PLAIN_CHECK_H
#define PLAIN_CHECK_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clips.h"
#include "plain.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

struct plain_checks {
    const char *name;
    const struct CMUnitTest *tests;
    int count;
};

/* All of them, ended by NULL. */
extern const struct plain_checks *const plain_all_checks[];

/* Loads a clip. False: its file is not in shared/clips. A name of no clip fails the test. */
bool plain_check_load(struct clip *clip, const char *name);

/* zlib's CRC-32 of 16-bit values in little-endian order. */
uint32_t plain_check_crc(const uint16_t *values, int count);

#endif
