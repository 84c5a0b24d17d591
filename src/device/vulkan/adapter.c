#include "device/vulkan/adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALIDATION_LAYER "VK_LAYER_KHRONOS_validation"

static VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                 VkDebugUtilsMessageTypeFlagsEXT types,
                                                 const VkDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
    struct vulkan_instance *instance = user;
    (void)types;
    if (severity & VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT) {
        const int count = __atomic_add_fetch(&instance->validation_errors, 1, __ATOMIC_RELAXED);
        fprintf(stderr, "Vulkan validation error %d: %s\n", count, data->pMessage);
    }
    return VK_FALSE;
}

static bool has_validation_layer(const struct vulkan_loader_functions *loader)
{
    uint32_t count = 0;
    if (loader->EnumerateInstanceLayerProperties(&count, NULL) != VK_SUCCESS || !count)
        return false;
    VkLayerProperties *layers = calloc(count, sizeof *layers);
    bool found = false;
    if (layers && loader->EnumerateInstanceLayerProperties(&count, layers) >= VK_SUCCESS)
        for (uint32_t i = 0; i < count; i++)
            found |= !strcmp(layers[i].layerName, VALIDATION_LAYER);
    free(layers);
    return found;
}

static VkResult create_instance(const struct vulkan_loader_functions *loader, bool validate,
                                struct vulkan_instance *instance)
{
    const VkDebugUtilsMessengerCreateInfoEXT messenger = {
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType =
            VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = on_message,
        .pUserData = instance,
    };
    const VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                           .pApplicationName = "isovq",
                                           .apiVersion = VK_API_VERSION_1_2};
    const VkInstanceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
        .pNext = validate ? &messenger : NULL, /* for errors while the instance itself comes and goes */
        .pApplicationInfo = &application,
        .enabledLayerCount = validate ? 1 : 0,
        .ppEnabledLayerNames = (const char *const[]){VALIDATION_LAYER},
        .enabledExtensionCount = validate ? 1 : 0, /* the layer itself brings it */
        .ppEnabledExtensionNames = (const char *const[]){VK_EXT_DEBUG_UTILS_EXTENSION_NAME},
    };
    const VkResult result = loader->CreateInstance(&info, NULL, &instance->handle);
    if (result != VK_SUCCESS || !validate)
        return result;
    const PFN_vkCreateDebugUtilsMessengerEXT create =
        (PFN_vkCreateDebugUtilsMessengerEXT)loader->GetInstanceProcAddr(instance->handle,
                                                                        "vkCreateDebugUtilsMessengerEXT");
    if (create)
        create(instance->handle, &messenger, NULL, &instance->messenger);
    return VK_SUCCESS;
}

enum ivq_status ivq_vulkan_instance_create(bool validate, struct vulkan_instance *instance,
                                           struct ivq_error *error)
{
    *instance = (struct vulkan_instance){0};
    const struct vulkan_loader_functions *loader = ivq_vulkan_loader(error);
    if (!loader)
        return IVQ_DEVICE;
    const VkResult result = create_instance(loader, validate && has_validation_layer(loader), instance);
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        return ivq_fail(error, IVQ_DEVICE, "the Vulkan loader found no driver");
    if (result != VK_SUCCESS)
        return ivq_fail(error, IVQ_DEVICE, "no Vulkan instance: %s", ivq_vulkan_result(result));
    const enum ivq_status status = ivq_vulkan_load_instance(instance->handle, &instance->vi, error);
    if (status != IVQ_OK)
        ivq_vulkan_instance_destroy(instance);
    return status;
}

void ivq_vulkan_instance_destroy(struct vulkan_instance *instance)
{
    const struct vulkan_loader_functions *loader = ivq_vulkan_loader(NULL);
    if (!instance->handle)
        return;
    if (instance->messenger) {
        const PFN_vkDestroyDebugUtilsMessengerEXT destroy =
            (PFN_vkDestroyDebugUtilsMessengerEXT)loader->GetInstanceProcAddr(
                instance->handle, "vkDestroyDebugUtilsMessengerEXT");
        destroy(instance->handle, instance->messenger, NULL);
    }
    /* not from the table, which may be what could not be filled */
    const PFN_vkDestroyInstance destroy_instance =
        (PFN_vkDestroyInstance)loader->GetInstanceProcAddr(instance->handle, "vkDestroyInstance");
    if (destroy_instance)
        destroy_instance(instance->handle, NULL);
    instance->handle = NULL;
}

bool ivq_vulkan_has_extension(const struct vulkan_instance *instance, VkPhysicalDevice adapter,
                              const char *name)
{
    uint32_t count = 0;
    if (instance->vi.EnumerateDeviceExtensionProperties(adapter, NULL, &count, NULL) != VK_SUCCESS || !count)
        return false;
    VkExtensionProperties *extensions = calloc(count, sizeof *extensions);
    bool found = false;
    if (extensions &&
        instance->vi.EnumerateDeviceExtensionProperties(adapter, NULL, &count, extensions) >= VK_SUCCESS)
        for (uint32_t i = 0; i < count; i++)
            found |= !strcmp(extensions[i].extensionName, name);
    free(extensions);
    return found;
}

/* Core since 1.2, an extension before. */
static bool may_ask(const struct vulkan_instance *instance, const struct vulkan_adapter *adapter,
                    const char *extension)
{
    return adapter->properties.apiVersion >= VK_API_VERSION_1_2 ||
           ivq_vulkan_has_extension(instance, adapter->handle, extension);
}

static void read_properties(const struct vulkan_instance *instance, struct vulkan_adapter *adapter)
{
    VkPhysicalDeviceIDProperties id = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES};
    VkPhysicalDeviceDriverProperties driver = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
    VkPhysicalDeviceFloatControlsProperties floats = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FLOAT_CONTROLS_PROPERTIES};
    VkPhysicalDeviceProperties2 all = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &id};
    if (may_ask(instance, adapter, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME)) {
        driver.pNext = all.pNext;
        all.pNext = &driver;
    }
    if (may_ask(instance, adapter, VK_KHR_SHADER_FLOAT_CONTROLS_EXTENSION_NAME)) {
        floats.pNext = all.pNext;
        all.pNext = &floats;
    }
    VkPhysicalDevicePCIBusInfoPropertiesEXT pci = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT, .pNext = all.pNext};
    adapter->has_pci =
        ivq_vulkan_has_extension(instance, adapter->handle, VK_EXT_PCI_BUS_INFO_EXTENSION_NAME);
    if (adapter->has_pci)
        all.pNext = &pci;
    instance->vi.GetPhysicalDeviceProperties2(adapter->handle, &all);
    adapter->pci = pci;
    memcpy(adapter->uuid, id.deviceUUID, VK_UUID_SIZE);
    if (driver.driverName[0])
        snprintf(adapter->driver, sizeof adapter->driver, "%.40s %.50s", driver.driverName,
                 driver.driverInfo);
    if (floats.shaderRoundingModeRTEFloat32)
        adapter->abilities |= VULKAN_ROUND_TO_EVEN;
    adapter->rounds_binary64 = floats.shaderRoundingModeRTEFloat64;
}

static void read_features(const struct vulkan_instance *instance, struct vulkan_adapter *adapter)
{
    VkPhysicalDevice16BitStorageFeatures storage16 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES};
    VkPhysicalDevice8BitStorageFeatures storage8 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES};
    VkPhysicalDeviceShaderFloat16Int8Features int8 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES};
    VkPhysicalDeviceFeatures2 all = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                     .pNext = &storage16};
    if (may_ask(instance, adapter, VK_KHR_8BIT_STORAGE_EXTENSION_NAME)) {
        storage8.pNext = all.pNext;
        all.pNext = &storage8;
    }
    if (may_ask(instance, adapter, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME)) {
        int8.pNext = all.pNext;
        all.pNext = &int8;
    }
    instance->vi.GetPhysicalDeviceFeatures2(adapter->handle, &all);
    adapter->abilities |=
        (all.features.shaderFloat64 && adapter->rounds_binary64 ? VULKAN_FLOAT64 : 0u) |
        (all.features.shaderInt64 ? VULKAN_INT64 : 0u) | (all.features.shaderInt16 ? VULKAN_INT16 : 0u) |
        (int8.shaderInt8 ? VULKAN_INT8 : 0u) | (storage8.storageBuffer8BitAccess ? VULKAN_STORAGE8 : 0u) |
        (storage16.storageBuffer16BitAccess ? VULKAN_STORAGE16 : 0u);
}

static void read_adapter(const struct vulkan_instance *instance, VkPhysicalDevice handle,
                         struct vulkan_adapter *adapter)
{
    *adapter = (struct vulkan_adapter){.handle = handle};
    instance->vi.GetPhysicalDeviceProperties(handle, &adapter->properties);
    instance->vi.GetPhysicalDeviceMemoryProperties(handle, &adapter->memory);
    if (adapter->properties.apiVersion > VK_API_VERSION_1_2)
        adapter->properties.apiVersion = VK_API_VERSION_1_2; /* what the instance was made for */
    if (adapter->properties.apiVersion >= VK_API_VERSION_1_1) {
        read_properties(instance, adapter);
        read_features(instance, adapter);
    }
    if (!adapter->driver[0])
        snprintf(adapter->driver, sizeof adapter->driver, "driver 0x%x", adapter->properties.driverVersion);
}

enum ivq_status ivq_vulkan_adapters(const struct vulkan_instance *instance, struct vulkan_adapter *adapters,
                                    int max, int *count, struct ivq_error *error)
{
    VkPhysicalDevice handles[IVQ_DEVICE_MAX];
    uint32_t found = IVQ_DEVICE_MAX;
    *count = 0;
    const VkResult result = instance->vi.EnumeratePhysicalDevices(instance->handle, &found, handles);
    if (result < VK_SUCCESS)
        return ivq_fail(error, IVQ_DEVICE, "the Vulkan driver lists no devices: %s",
                        ivq_vulkan_result(result));
    if (!found)
        return ivq_fail(error, IVQ_DEVICE, "the Vulkan drivers found no device");
    for (uint32_t i = 0; i < found && *count < max; i++)
        read_adapter(instance, handles[i], &adapters[(*count)++]);
    return IVQ_OK;
}

bool ivq_vulkan_unified(const struct vulkan_adapter *adapter)
{
    const VkMemoryPropertyFlags wanted =
        VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
        VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    /* A software device could do without copies too; it takes the way of a GPU with its own memory, to stand
       in for one in tests. */
    if (adapter->properties.deviceType != VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU)
        return false;
    for (uint32_t i = 0; i < adapter->memory.memoryTypeCount; i++)
        if ((adapter->memory.memoryTypes[i].propertyFlags & wanted) == wanted)
            return true;
    return false;
}

static enum ivq_device_type type_of(VkPhysicalDeviceType type)
{
    return type == VK_PHYSICAL_DEVICE_TYPE_CPU              ? IVQ_TYPE_SOFTWARE
           : type == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU ? IVQ_TYPE_INTEGRATED
                                                            : IVQ_TYPE_DISCRETE;
}

void ivq_vulkan_adapter_info(const struct vulkan_adapter *adapter, int index, struct ivq_device_info *info)
{
    const VkPhysicalDeviceProperties *properties = &adapter->properties;
    bool known = false;
    *info = (struct ivq_device_info){.type = type_of(properties->deviceType),
                                     .unified = ivq_vulkan_unified(adapter),
                                     .in_order = true,
                                     .shape = IVQ_SHAPE_GPU,
                                     .index = index};
    snprintf(info->id, sizeof info->id, "vulkan:0x%04x:0x%04x", properties->vendorID, properties->deviceID);
    snprintf(info->name, sizeof info->name, "%.*s", (int)sizeof info->name - 1, properties->deviceName);
    snprintf(info->driver, sizeof info->driver, "%s", adapter->driver);
    for (unsigned i = 0; i < VK_UUID_SIZE; i++) {
        snprintf(info->uuid + 2 * i, 3, "%02x", adapter->uuid[i]);
        known |= adapter->uuid[i] != 0;
    }
    if (!known)
        info->uuid[0] = '\0';
    if (adapter->has_pci)
        ivq_device_set_pci(info, adapter->pci.pciDomain, adapter->pci.pciBus, adapter->pci.pciDevice,
                           adapter->pci.pciFunction);
}
