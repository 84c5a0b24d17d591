/* isovq devices: every kind of device, what there is of it, or why there is none. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "isovq/catalog.h"

static void print_device(const struct ivq_catalog_device *device)
{
    printf("  %-12s %s\n", device->selector, device->name);
    printf("  %-12s id %s, driver %s\n", "", device->id, *device->driver ? device->driver : "unknown");
    if (*device->uuid)
        printf("  %-12s uuid %s\n", "", device->uuid);
    if (*device->pci)
        printf("  %-12s %s, PCI address %s\n", "", device->type, device->pci);
    if (!strcmp(device->type, "software"))
        printf("  %-12s runs on the CPU: auto does not take it\n", "");
}

static void print_backend(const char *backend)
{
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_error reason = {IVQ_OK, ""};
    int count;
    ivq_catalog_devices(backend, devices, &count, &reason);
    if (!count) {
        printf("%s: none: %s\n", backend, *reason.text ? reason.text : "the driver lists no device");
        return;
    }
    printf("%s:\n", backend);
    for (int i = 0; i < count; i++)
        print_device(&devices[i]);
    if (*reason.text)
        printf("  besides: %s\n", reason.text);
}

enum ivq_status cli_devices(int argc, char **argv, struct ivq_error *error)
{
    const enum ivq_status status = cli_refuse_arguments(argc, argv, error);
    const char *backend;
    for (int i = 0; status == IVQ_OK && (backend = ivq_catalog_backend(i)); i++)
        print_backend(backend);
    return status;
}
