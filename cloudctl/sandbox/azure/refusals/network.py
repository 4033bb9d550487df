"""What Microsoft.Network refuses."""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.table import Row, Table

_LEARN = "https://learn.microsoft.com/en-us/"
_ARM = _LEARN + "azure/azure-resource-manager/"
_COMMON = _ARM + "troubleshooting/common-deployment-errors"
_NIC = _LEARN + "troubleshoot/azure/azure-kubernetes/error-codes/publicipaddresscannotbedeleted-error"
_SUBNET = _LEARN + "azure/virtual-network/virtual-network-manage-subnet"
_NSG = _LEARN + "azure/virtual-network/network-security-groups-overview"
_PUBLIC_IP = _LEARN + "azure/virtual-network/ip-services/public-ip-addresses"
_PRIVATE_IP = _LEARN + "azure/virtual-network/ip-services/private-ip-addresses"


class NetworkRefusal(Table):
    """The rows."""

    # fmt: off

    PREFIX = Row(
        "Microsoft.Network/virtualNetworks/*", "an address prefix that is not in CIDR notation", 400,
        "InvalidAddressPrefixFormat", _SUBNET,
        "Address prefix {prefix} of resource {id} is not formatted correctly. It should follow CIDR notation, for "
        "example 10.0.0.0/24.")
    PREFIX_BITS = Row(
        "Microsoft.Network/virtualNetworks/*", "an address prefix with host bits set", 400, "InvalidCIDRNotation",
        _SUBNET, "The address prefix {prefix} in resource {id} has an invalid CIDR notation. For the given prefix "
        "length, the address prefix should be {right}.")
    SUBNET_OUTSIDE = Row(
        "Microsoft.Network/virtualNetworks/subnets/write", "a subnet outside the network's address space", 400,
        "NetcfgSubnetRangeOutsideVnet", _SUBNET,
        "Subnet '{name}' is not valid because its IP address range is outside the IP address range of virtual network "
        "'{network}'.")
    SUBNET_OVERLAP = Row(
        "Microsoft.Network/virtualNetworks/subnets/write", "a subnet that overlaps with another", 400,
        "NetcfgSubnetRangesOverlap", _SUBNET,
        "Subnet '{name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual "
        "network '{network}'.")
    SUBNET_IN_USE = Row(
        "Microsoft.Network/virtualNetworks/delete, .../subnets/delete", "a network interface is in the subnet", 400,
        "InUseSubnetCannotBeDeleted", _SUBNET,
        "Subnet {name} is in use by {users} and cannot be deleted. In order to delete the subnet, delete all the "
        "resources within the subnet. See aka.ms/deletesubnet.")
    SUBNET_FULL = Row(
        "Microsoft.Network/networkInterfaces/write", "the subnet has no free address", 400, "SubnetIsFull", _SUBNET,
        "Subnet {name} with address prefix {prefix} does not have enough capacity for 1 IP addresses.")
    NSG_IN_USE = Row(
        "Microsoft.Network/networkSecurityGroups/delete", "an interface or subnet uses the security group", 400,
        "InUseNetworkSecurityGroupCannotBeDeleted", _NSG,
        "Network security group {id} cannot be deleted because it is in use by the following resources: {users}. In "
        "order to delete the Network security group, remove the association with the resource(s). To learn how to do "
        "this, see aka.ms/deletensg.")
    RULE_PRIORITY = Row(
        "Microsoft.Network/networkSecurityGroups/*", "a rule priority outside 100 to 4096", 400,
        "SecurityRuleInvalidPriority", _NSG,
        "Security rule has invalid Priority. Value provided: {value} Allowed range 100-4096.")
    RULE_CONFLICT = Row(
        "Microsoft.Network/networkSecurityGroups/*", "two rules of one direction with the same priority", 400,
        "SecurityRuleConflict", _NSG,
        "Security rule {name} conflicts with rule {other}. Rules cannot have the same Priority and Direction.")
    RULE_PORT = Row(
        "Microsoft.Network/networkSecurityGroups/*", "a port range that is none", 400, "SecurityRuleInvalidPortRange",
        _NSG, "Security rule has invalid Port range. Value provided: {value}. Value should be an integer OR integer "
        "range with '-' delimiter. Valid range 0-65535.")
    RULE_PREFIX = Row(
        "Microsoft.Network/networkSecurityGroups/*", "an address prefix that is neither an address nor a tag", 400,
        "SecurityRuleInvalidAddressPrefix", _NSG, "Security rule has invalid Address prefix. Value provided: {value}")
    ADDRESS_IN_USE = Row(
        "Microsoft.Network/publicIPAddresses/delete", "a network interface uses the public address", 400,
        "PublicIPAddressCannotBeDeleted", _NIC,
        "Public IP address {id} can not be deleted since it is still allocated to resource {user}. In order to delete "
        "the public IP, disassociate/detach the Public IP address from the resource. To learn how to do this, see "
        "aka.ms/deletepublicip.")
    ADDRESS_TAKEN = Row(
        "Microsoft.Network/networkInterfaces/write", "another interface uses the public address", 400,
        "PublicIPAddressInUse", _PUBLIC_IP,
        "Resource {id} is referencing public IP address {address} that is already allocated to resource {user}.")
    ADDRESS_STATIC = Row(
        "Microsoft.Network/publicIPAddresses/write", "a Standard address that is not Static", 400,
        "StandardSkuPublicIPAddressesMustBeStatic", _PUBLIC_IP,
        "Standard sku public IP address {id} must use Static allocation method.")
    REFERENCE_STATE = Row(
        "Microsoft.Network/*/write", "a referenced resource is not provisioned yet", 400,
        "ReferencedResourceNotProvisioned", _COMMON,
        "Cannot proceed with operation because resource {reference} used by resource {id} is not in Succeeded state. "
        "Resource is in {state} state.")
    IP_OUTSIDE = Row(
        "Microsoft.Network/networkInterfaces/write", "a private address outside the subnet or reserved", 400,
        "PrivateIPAddressNotInSubnet", _PRIVATE_IP,
        "Private static IP address {address} does not belong to the range of subnet prefix {prefix}.")
    IP_IN_USE = Row(
        "Microsoft.Network/networkInterfaces/write", "a private address that is taken", 400, "PrivateIPAddressInUse",
        _PRIVATE_IP, "Private IP address {address} is in use.")
    NIC_IN_USE = Row(
        "Microsoft.Network/networkInterfaces/delete", "a virtual machine uses the interface", 400, "NicInUse",
        _LEARN + "azure/virtual-network/virtual-network-network-interface",
        "Network Interface {id} is used by existing resource {user}. In order to delete the network interface, it must "
        "be dissociated from the resource. To learn more, see aka.ms/deletenic.")

    # fmt: on
