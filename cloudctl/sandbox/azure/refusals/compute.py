"""What Microsoft.Compute refuses."""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.table import Row, Table

_LEARN = "https://learn.microsoft.com/en-us/"
_ARM = _LEARN + "azure/azure-resource-manager/"
_NAMES = _ARM + "management/resource-name-rules"
_VM_API = _LEARN + "rest/api/compute/virtual-machines/"
_VM_PUT = _VM_API + "create-or-update"
_VM_ERRORS = _LEARN + "troubleshoot/azure/virtual-machines/windows/error-messages"
_LINUX_FAQ = _LEARN + "azure/virtual-machines/linux/faq"
_SKU = _ARM + "troubleshooting/error-sku-not-available"
_PLAN = _LEARN + "azure/virtual-machines/linux/cli-ps-findimage"
_DISKS = _LEARN + "rest/api/compute/disks/"


class ComputeRefusal(Table):
    """The rows."""

    # fmt: off

    NIC_TAKEN = Row(
        "Microsoft.Compute/virtualMachines/write", "another machine uses the interface", 400, "NicInUse",
        _LEARN + "azure/virtual-network/virtual-network-network-interface",
        "Network Interface {id} is used by existing VM {user}.")
    VM_PRIMARY_NIC = Row(
        "Microsoft.Compute/virtualMachines/write", "several interfaces, not exactly one of them primary", 400,
        "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary", _VM_PUT,
        "Virtual machine {name} must have one network interface set as the primary.")
    VM_NIC_CHANGE = Row(
        "Microsoft.Compute/virtualMachines/write", "the interfaces change while the machine is not deallocated", 400,
        "AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported",
        _LEARN + "azure/virtual-network/virtual-network-network-interface-vm",
        "Secondary network interfaces cannot be added or deleted from a running virtual machine {name}.")
    VM_SIZE = Row(
        "Microsoft.Compute/virtualMachines/write", "an unknown size", 400, "InvalidParameter", _VM_ERRORS,
        "The value {size} provided for the VM size is not valid. The valid sizes in the current region are: {sizes}.",
        "vmSize")
    VM_SKU = Row(
        "Microsoft.Compute/virtualMachines/write", "a size that is restricted in the location", 409,
        "SkuNotAvailable", _SKU,
        "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: {size}' is "
        "currently not available in location '{location}'. Please try another size or deploy to a different location "
        "or different zone. See https://aka.ms/azureskunotavailable for details.")
    VM_ARCHITECTURE = Row(
        "Microsoft.Compute/virtualMachines/write", "image and size have different CPU architectures", 400,
        "InvalidParameter", _LEARN + "azure/virtual-machines/sizes/overview",
        "Cannot create a VM of size '{size}' because this VM size only supports a CPU Architecture of '{needs}', but "
        "an image or disk with CPU Architecture '{has}' was given. Please check that the CPU Architecture of the image "
        "or disk is compatible with that of the VM size.", "vmSize")
    VM_GENERATION = Row(
        "Microsoft.Compute/virtualMachines/write", "the size cannot boot the image's generation", 400, "BadRequest",
        _LEARN + "azure/virtual-machines/generation-2",
        "The selected VM size '{size}' cannot boot Hypervisor Generation '{generation}'. If this was a Create "
        "operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of the "
        "selected VM Size.")
    VM_IMAGE = Row(
        "Microsoft.Compute/virtualMachines/write", "an unknown platform image", 404, "PlatformImageNotFound",
        _VM_ERRORS, "The platform image '{image}' is not available. Verify that all fields in the storage profile are "
        "correct. For more details about storage profile information, please refer to https://aka.ms/storageprofile",
        "imageReference")
    IMAGE = Row(
        "Microsoft.Compute/locations/publishers/*/read", "an unknown image version", 404, "NotFound",
        _LEARN + "rest/api/compute/virtual-machine-images/get", "Artifact: VMImage was not found.")
    VM_PLAN = Row(
        "Microsoft.Compute/virtualMachines/write", "a Marketplace image without its plan", 400,
        "VMMarketplaceInvalidInput", _PLAN,
        "Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires "
        "Plan information in the request. VM: '{id}'.")
    VM_CHANGE = Row(
        "Microsoft.Compute/virtualMachines/write", "a property that cannot change: OS disk, image, OS profile, zone",
        409, "PropertyChangeNotAllowed", _VM_PUT, "Changing property '{property}' is not allowed.", "{property}")
    VM_DELETING = Row(
        "Microsoft.Compute/virtualMachines/*", "the machine is being deleted", 409, "OperationNotAllowed", _VM_ERRORS,
        "Operation '{operation}' is not allowed on VM '{name}' since the VM is marked for deletion. You can only retry "
        "the Delete operation (or wait for an ongoing one to complete).")
    VM_CREDENTIALS = Row(
        "Microsoft.Compute/virtualMachines/write", "Linux with neither SSH key nor password", 400, "InvalidParameter",
        _VM_PUT, "Authentication using either SSH or by user name and password must be enabled in Linux profile.",
        "linuxConfiguration")
    UNSUITABLE = Row(
        "Microsoft.Compute/virtualMachines/write", "a Windows configuration for Linux or the reverse", 400,
        "InvalidParameter", _VM_PUT, "The value of parameter {name} is invalid.", "{name}")
    VM_USERNAME = Row(
        "Microsoft.Compute/virtualMachines/write", "a reserved or malformed admin user name", 400, "InvalidParameter",
        _LINUX_FAQ, "The Admin Username specified is not allowed.", "adminUsername")
    VM_PASSWORD = Row(
        "Microsoft.Compute/virtualMachines/write", "a password outside the rules", 400, "InvalidParameter",
        _LINUX_FAQ, "The supplied password must be between {shortest}-{longest} characters long and must satisfy at "
        "least 3 of password complexity requirements from the following: Contains an uppercase character, Contains a "
        "lowercase character, Contains a numeric digit, Contains a special character, Control characters are not "
        "allowed", "adminPassword")
    VM_KEY = Row(
        "Microsoft.Compute/virtualMachines/write", "a key that is not a valid ssh-rsa (2048 bits) or ssh-ed25519 one",
        400, "InvalidParameter", _LEARN + "azure/virtual-machines/linux/mac-create-ssh-keys",
        "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.",
        "linuxConfiguration.ssh.publicKeys.keyData")
    VM_KEY_PATH = Row(
        "Microsoft.Compute/virtualMachines/write", "a key's path that is not the user's authorized_keys", 400,
        "InvalidParameter", _VM_PUT,
        "Destination path for SSH public keys is currently limited to its default value {path} due to a known issue in "
        "Linux provisioning agent.", "linuxConfiguration.ssh.publicKeys.path")
    VM_HOST_NAME = Row(
        "Microsoft.Compute/virtualMachines/write", "a Linux host name over 64 characters or with others than letters, "
        "digits, dots and hyphens", 400, "InvalidParameter", _NAMES,
        "Linux host name cannot exceed 64 characters in length or contain the following characters: ` ~ ! @ # $ % ^ & "
        "* ( ) = + _ [ ] {{ }} \\ | ; : ' \" , < > / ?.", "computerName")
    VM_COMPUTER_NAME = Row(
        "Microsoft.Compute/virtualMachines/write", "a Windows computer name over 15 characters, all digits, or with "
        "others than letters, digits and hyphens", 400, "InvalidParameter", _NAMES,
        "Windows computer name cannot be more than 15 characters long, be entirely numeric, or contain the following "
        "characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] {{ }} \\ | ; : . ' \" , < > / ?.", "computerName")
    VM_CUSTOM_DATA = Row(
        "Microsoft.Compute/virtualMachines/write", "custom data that is not base64, or over 64 KiB", 400,
        "InvalidParameter", _LEARN + "azure/virtual-machines/custom-data",
        "Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.",
        "customData")
    VM_EVICTION = Row(
        "Microsoft.Compute/virtualMachines/write", "an eviction policy on a machine that is not Spot", 400,
        "InvalidParameter", _LEARN + "azure/virtual-machines/spot-vms",
        "Eviction policy can be set only on Azure Spot Virtual Machines.", "evictionPolicy")
    VM_DISK_NAME = Row(
        "Microsoft.Compute/virtualMachines/write", "a disk of the OS disk's name exists", 409, "ConflictingUserInput",
        _VM_ERRORS, "Disk {name} already exists in resource group {group}. Only CreateOption.Attach is supported.",
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/disks/{name}")
    VM_DISK_SIZE = Row(
        "Microsoft.Compute/virtualMachines/write", "an OS disk smaller than the image", 400, "InvalidParameter",
        _LEARN + "azure/virtual-machines/linux/expand-disks",
        "The specified disk size {size} GB is smaller than the size of the corresponding disk in the VM image: {least} "
        "GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size.",
        "osDisk.diskSizeGB")
    DISK_IN_USE = Row(
        "Microsoft.Compute/disks/delete", "the disk is attached to a machine", 409, "OperationNotAllowed", _DISKS,
        "Disk {name} is attached to VM {user}.")
    DISK_SHRINK = Row(
        "Microsoft.Compute/disks/write", "a disk is made smaller", 400, "BadRequest", _DISKS + "update",
        "New disk size cannot be less than the current size. Current disk size: {current} GB, requested: {wanted} GB.")

    # fmt: on
