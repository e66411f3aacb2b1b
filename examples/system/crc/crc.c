/* A library in a component: CRC-32 as in zip, gzip and PNG. The world demo:system/crc. */

#include "crc.h"

/* The remainders of four bits by the polynomial, in the order in which bits go over the wire. */
static const uint32_t remainders[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t exports_demo_system_checksum_update(uint32_t sum, crc_list_u8_t *bytes) {
    sum = ~sum;
    for (size_t i = 0; i < bytes->len; i++) {
        sum ^= bytes->ptr[i];
        sum = sum >> 4 ^ remainders[sum & 15];
        sum = sum >> 4 ^ remainders[sum & 15];
    }
    crc_list_u8_free(bytes);
    return ~sum;
}
