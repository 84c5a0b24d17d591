#include "parity/rules.h"

#include <stdlib.h>

static const char *const texts[IVQ_RULES] = {
    "the backend that was asked for, or an error",
    "the device that was asked for, by its UUID",
    "one writer of each score",
    "a side that reports a failure has failed, whatever its exit code",
    "a device that is named exists, and means the same for every backend",
    "what a device cannot measure fails with its reason",
    "every pass ran on the device; host stages are listed",
    "a software device is no hardware",
    "a device is known by its address, not by its number",
    "two sides are two devices",
    "a record of this run, by a random number",
    "scores travel as bits",
    "all frames of the clip, and at least one",
    "no score is NaN",
    "tolerances are finite, not negative and at most 1e-2",
    "the scores that a metric declares, all of them",
    "a score that one side lacks is an error",
    "frames are paired by their numbers",
    "every score changes over the clips",
    "clips are known by their SHA-256; reference and distorted differ",
    "all depths, samplings and odd sizes",
    "options are known, and the same on both sides",
    "no frame lacks a score",
    "every frame is compared, not their mean",
    "what is required has run",
    "no tolerance is widened in silence",
    "the id is the one in the record",
    "the reference is the scalar build",
    "both sides ran the same program",
    "the program is the commit that was asked for",
    "launches are counted where they are submitted, memory is poisoned",
    "a second run has the same bits",
    "known scores first",
    "raw scores, not calibrated ones",
    "a record belongs to one side",
    "the comparison and the canary find what they must",
    "a crash or a hang is an error",
};

const char *ivq_rule_text(int rule)
{
    return rule >= 1 && rule <= IVQ_RULES ? texts[rule - 1] : "";
}

#ifdef IVQ_PARITY_HOOKS
bool ivq_rule_is_on(int rule)
{
    const char *at = getenv("IVQ_TEST_OFF");
    while (at && *at == 'B') {
        char *end;
        if (strtol(at + 1, &end, 10) == rule)
            return false;
        at = *end == ',' ? end + 1 : NULL;
    }
    return true;
}
#else
bool ivq_rule_is_on(int rule)
{
    (void)rule;
    return true;
}
#endif
