/* isovq: the command. Also answers to the name vmaf, with the defaults of that command (DECISIONS 17). */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/parity.h"
#include "cli/vmaf.h"
#include "isovq/version.h"

const struct cli_command cli_commands[] = {
    {"devices", "", "list the devices there are, and why others are absent", cli_devices, NULL},
    {"metrics", "", "list all metrics with their options and scores", cli_metrics, NULL},
    {"models", "", "list the models that --model knows by version", cli_models, NULL},
    {"parity", "[OPTIONS]", "compare the scores of all devices, or of two logs; see `isovq parity --help`",
     cli_parity, cli_parity_exit_code},
    {"help", "[METRIC]", "describe a metric, or print this text; --man and --completion print files",
     cli_help, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* Standard streams that the parent closed are filled with what fails as a closed one would; otherwise the
   next file to be opened would become standard output. */
static void reserve_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY) < 0)
            _exit(ivq_status_info(IVQ_OUTPUT)->exit_code);
}

static const struct cli_command *find_command(const char *name)
{
    for (const struct cli_command *c = cli_commands; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}

static enum ivq_status run_command(int argc, char **argv, struct ivq_error *error)
{
    const struct cli_command *const command = find_command(argv[0]);
    if (command)
        return command->run(argc, argv, error);
    return ivq_fail(error, IVQ_USAGE,
                    "there is no command '%s'; clips are given with -r and -d, see `isovq --help`", argv[0]);
}

static enum ivq_status check_rest(const struct cli_list *rest, bool as_vmaf, struct ivq_error *error)
{
    if (!rest->count)
        return IVQ_OK;
    if (!as_vmaf)
        return ivq_fail(error, IVQ_USAGE, "'%s' belongs to no option; clips are given with -r and -d",
                        rest->items[0]);
    cli_say("'%s' belongs to no option and is ignored", rest->items[0]);
    return IVQ_OK;
}

/* The reference prints both on standard error, where scripts look for them, and fails after --help. */
static enum ivq_status print_text(const struct cli_settings *settings, struct ivq_error *error)
{
    if (settings->help)
        cli_print_usage(settings->as_vmaf ? stderr : stdout);
    else if (settings->as_vmaf)
        fprintf(stderr, "%s\n", CLI_VMAF_VERSION);
    else
        printf("%s\n", ivq_version());
    if (settings->help && settings->as_vmaf)
        return ivq_fail(error, IVQ_USAGE, "nothing is measured with --help");
    return IVQ_OK;
}

/* A subcommand is named first, but not to vmaf. */
static bool names_command(int argc, char **argv)
{
    return argc > 1 && *argv[1] != '-' && !cli_vmaf_is_name(argv[0]);
}

static int exit_code(int argc, char **argv, enum ivq_status status, const struct ivq_error *error)
{
    const struct cli_command *const command = names_command(argc, argv) ? find_command(argv[1]) : NULL;
    const int code = cli_exit_code(status, error);
    return command && command->exit_code ? command->exit_code(status) : code;
}

static enum ivq_status run(int argc, char **argv, const char *const *original, struct ivq_error *error)
{
    struct cli_settings settings = {
        .as_vmaf = argc > 0 && cli_vmaf_is_name(argv[0]), .argc = argc, .argv = original};
    struct cli_list rest = {.count = 0};
    if (names_command(argc, argv))
        return run_command(argc - 1, argv + 1, error);
    enum ivq_status status = cli_options_parse(argc, argv, &settings, &rest, error);
    if (status == IVQ_OK && (settings.help || settings.version))
        return print_text(&settings, error);
    if (status == IVQ_OK)
        status = check_rest(&rest, settings.as_vmaf, error);
    if (status == IVQ_OK)
        status = cli_options_check(&settings, error);
    if (status == IVQ_OK)
        return cli_measure(&settings, error);
    if (settings.as_vmaf)
        cli_vmaf_let_writers_go(&settings, 0);
    return status;
}

int main(int argc, char **argv)
{
    struct ivq_error error = {IVQ_OK, ""}, output_error = {IVQ_OK, ""};
    reserve_streams();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is then a failure to write, which is reported */
    signal(SIGXFSZ, SIG_IGN); /* so is a file that may not grow */
    char **const original = calloc((size_t)argc + 1, sizeof *original); /* parsing changes the order */
    enum ivq_status status =
        original ? run(argc, argv, memcpy(original, argv, (size_t)argc * sizeof *argv), &error)
                 : ivq_fail_memory(&error, "the command line");
    free(original);
    const enum ivq_status output = cli_flush_output(&output_error);
    if (status == IVQ_OK && output != IVQ_OK) {
        status = output;
        error = output_error;
    }
    return exit_code(argc, argv, status, &error);
}
