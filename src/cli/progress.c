#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"
#include "cli/vmaf.h"

static const double least_pause = 0.1; /* seconds between two lines: what an eye can follow */

double cli_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_start(struct cli_progress_state *progress, const struct cli_settings *settings,
                        int64_t expected)
{
    *progress =
        (struct cli_progress_state){settings->progress, settings->as_vmaf, expected, cli_seconds(), 0};
    if (progress->kind == CLI_PROGRESS_AUTO)
        progress->kind = isatty(STDERR_FILENO) ? CLI_PROGRESS_LINE : CLI_PROGRESS_NONE;
    if (settings->quiet)
        progress->kind = CLI_PROGRESS_NONE;
    if (progress->as_vmaf && progress->kind == CLI_PROGRESS_LINE)
        fprintf(stderr, "VMAF version %s\n", CLI_VMAF_VERSION);
}

/* Seconds to go; negative where unknown. */
static double remaining(const struct cli_progress_state *progress, int frames, double fps)
{
    return progress->expected < frames || fps <= 0 ? -1 : (double)(progress->expected - frames) / fps;
}

static void print_own_count(const struct cli_progress_state *progress, int frames)
{
    fprintf(stderr, "\r%d", frames);
    if (progress->expected > 0)
        fprintf(stderr, "/%lld", (long long)progress->expected);
    fprintf(stderr, " frames");
    if (progress->expected > 0)
        fprintf(stderr, " %3d %%", (int)(100 * (int64_t)frames / progress->expected));
}

/* With two Braille signs of which one dot each is set. */
static void print_vmaf_count(int frames)
{
    enum { DOTS = 6 };
    fprintf(stderr, "\r%d frame%c \xe2\xa0%c\xe2\xa0%c", frames, frames == 1 ? ' ' : 's',
            0x80 + (1 << frames % DOTS), 0x80 + (1 << frames / DOTS % DOTS));
}

static void print_line(const struct cli_progress_state *progress, int frames, double fps)
{
    const double rest = remaining(progress, frames, fps);
    if (progress->as_vmaf)
        print_vmaf_count(frames);
    else
        print_own_count(progress, frames);
    fprintf(stderr, " %.2f FPS", fps);
    if (rest >= 0)
        fprintf(stderr, " ETA %d:%02d", (int)rest / 60, (int)rest % 60);
    fprintf(stderr, "\033[K");
}

static void print_number(const char *key, double value)
{
    char text[IVQ_NUMBER_SIZE] = "null";
    if (value >= 0)
        ivq_number_format(text, value, (struct ivq_precision){IVQ_PRECISION_FIXED, 2});
    fprintf(stderr, ", \"%s\": %s", key, text);
}

static void print_json(const struct cli_progress_state *progress, int frames, double fps)
{
    fprintf(stderr, "{\"frames\": %d, \"expected\": ", frames);
    if (progress->expected < 0)
        fprintf(stderr, "null");
    else
        fprintf(stderr, "%lld", (long long)progress->expected);
    print_number("fps", fps);
    print_number("eta", remaining(progress, frames, fps));
    fprintf(stderr, "}\n");
}

static void print(struct cli_progress_state *progress, int frames, double now)
{
    const double passed = now - progress->start;
    const double fps = passed > 0 ? frames / passed : 0;
    progress->shown = now;
    if (progress->kind == CLI_PROGRESS_JSON)
        print_json(progress, frames, fps);
    else
        print_line(progress, frames, fps);
    fflush(stderr);
}

void cli_progress_show(struct cli_progress_state *progress, int frames)
{
    if (progress->kind == CLI_PROGRESS_NONE)
        return;
    const double now = cli_seconds();
    if (now - progress->shown >= least_pause)
        print(progress, frames, now);
}

void cli_progress_end(struct cli_progress_state *progress, int frames)
{
    if (progress->kind == CLI_PROGRESS_NONE)
        return;
    print(progress, frames, cli_seconds());
    if (progress->kind == CLI_PROGRESS_LINE)
        fputc('\n', stderr);
    progress->kind = CLI_PROGRESS_NONE;
}
