/* Before a device is opened: the instance, and the facts about each device the driver offers. */
#ifndef IVQ_DEVICE_VULKAN_ADAPTER_H
#define IVQ_DEVICE_VULKAN_ADAPTER_H
#include "device/device.h"
#include "device/vulkan/loader.h"
#include "device/vulkan/spirv.h"

/* A device of its own for each open: nothing is shared between two. Not to be moved once created: the
   validation layer keeps a pointer to it. */
struct vulkan_instance {
    VkInstance handle;
    struct vulkan_instance_functions vi;
    VkDebugUtilsMessengerEXT messenger;
    int validation_errors; /* atomic: the layer may call from any thread */
};

struct vulkan_adapter {
    VkPhysicalDevice handle;
    VkPhysicalDeviceProperties properties; /* apiVersion: what may be used, at most 1.2 */
    VkPhysicalDeviceMemoryProperties memory;
    unsigned abilities; /* set of enum vulkan_ability */
    bool rounds_binary64;
    uint8_t uuid[VK_UUID_SIZE];
    VkPhysicalDevicePCIBusInfoPropertiesEXT pci;
    bool has_pci;
    char driver[96]; /* name and version; the bare number where the driver does not say */
};

/* validate: with the Khronos validation layer, where it is installed. Its errors are counted and shown on
   stderr. */
enum ivq_status ivq_vulkan_instance_create(bool validate, struct vulkan_instance *instance,
                                           struct ivq_error *error);
void ivq_vulkan_instance_destroy(struct vulkan_instance *instance);

/* At most max adapters, in the driver's order, and *count of them. */
enum ivq_status ivq_vulkan_adapters(const struct vulkan_instance *instance, struct vulkan_adapter *adapters,
                                    int max, int *count, struct ivq_error *error);
void ivq_vulkan_adapter_info(const struct vulkan_adapter *adapter, int index, struct ivq_device_info *info);

/* A memory type that is the device's own, and cached and coherent for the host: where there is one on an
   integrated GPU, nothing has to be copied. */
bool ivq_vulkan_unified(const struct vulkan_adapter *adapter);

/* May the device extension be enabled or, for those without functions, be asked about? */
bool ivq_vulkan_has_extension(const struct vulkan_instance *instance, VkPhysicalDevice adapter,
                              const char *name);

#endif
