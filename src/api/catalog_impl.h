/* Descriptions of devices, as the public catalog gives them. */
#ifndef IVQ_API_CATALOG_IMPL_H
#define IVQ_API_CATALOG_IMPL_H
#include "device/device.h"
#include "isovq/catalog.h"

void ivq_catalog_describe(const struct ivq_backend *backend, const struct ivq_device_info *info,
                          struct ivq_catalog_device *device);

#endif
