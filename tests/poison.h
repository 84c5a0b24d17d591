/* A device whose new buffers are full of one word, in front of a real one: no score may depend on memory that
   nothing has written. */
#ifndef POISON_H
#define POISON_H
#include "device/device.h"

struct poison {
    struct ivq_device base;
    struct ivq_backend backend;
    struct ivq_device *real;
    uint32_t word;
    int filled; /* buffers */
};

/* The result lies in *poison and is not closed; the real device stays the caller's. */
struct ivq_device *poison_device(struct poison *poison, struct ivq_device *real, uint32_t word);

#endif
