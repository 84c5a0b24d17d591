/* A device in front of a real one, for one run of the gate. New memory is full of poison; launches are
   counted where they are submitted; and for the canary a quarter of every plane of both pictures of odd
   frames is replaced by noise, by the device itself, on its way into the device's memory or, where kernels
   read the caller's memory, there. */
#ifndef IVQ_PARITY_GATE_DEVICE_H
#define IVQ_PARITY_GATE_DEVICE_H
#include "device/device.h"

struct ivq_gate_settings {
    uint32_t poison; /* every word of new memory */
    bool canary;
    int depth; /* of the clip: noise stays below 2^depth */
};

/* The real device outlives the new one, which ivq_device_close frees. NULL where memory ran out. */
struct ivq_device *ivq_gate_device(struct ivq_device *real, const struct ivq_gate_settings *settings);

/* The pair of this frame lies at `samples`, in memory that the device has lent. Before it is submitted. */
void ivq_gate_device_lent(struct ivq_device *gate, const void *samples, int frame);

/* Launches that were submitted, by kernel, from 0; NULL after the last. */
const char *ivq_gate_device_launches(const struct ivq_device *gate, int index, int64_t *launches);

#endif
