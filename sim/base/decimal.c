/* decimal.c - the shortest decimal that reads back to the same double: a positive double goes in, a
 * whole number and a power of ten come out.  R. Giulietti, The Schubfach Way to Render Doubles
 * (2020); among the shortest the nearest to the double is chosen.  Powers of ten are put
 * together from every 27th to 192 bits and a power of five, so that the table stays small.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <assert.h>
#include <string.h>

enum { BLOCK = 27, FIRST_BLOCK = -297, LAST_BLOCK = 324, LAST_EXACT = 55 };

/* 10^k for k = -297, -270, ... 324, cut to 192 bits of which the first is 1. */
static const uint64_t blocks[(LAST_BLOCK - FIRST_BLOCK) / BLOCK + 1][3] = {
    {0xa76c582338ed2621, 0xaf2af2b80af6f24e, 0x657c8f4d43323a36},
    {0x873e4f75e2224e68, 0x5a7744a6e804a291, 0xcc35eddfcf0996d7},
    {0xda7f5bf590966848, 0xaf39a475506a899e, 0xa30294cc2934e662},
    {0xb080392cc4349dec, 0xbd8d794d96aacfb3, 0xfe13a5c86af64418},
    {0x8e938662882af53e, 0x547eb47b7282ee9c, 0x41b0230e1421487d},
    {0xe65829b3046b0afa, 0x0cb4a5a3112a5112, 0xa3b561b1cb208396},
    {0xba121a4650e4ddeb, 0x92f34d62616ce413, 0x21a0183e10583cd3},
    {0x964e858c91ba2655, 0x3a6a07f8d510f86f, 0xe9082f25e9c5e9ec},
    {0xf2d56790ab41c2a2, 0xfae27299423fb9c3, 0x3695dad7e8858901},
    {0xc428d05aa4751e4c, 0xaa97e14c3c26b886, 0x96842dc95323f5a8},
    {0x9e74d1b791e07e48, 0x775ea264cf55347d, 0xca49f1c05120c9c7},
    {0x8000000000000000, 0x0000000000000000, 0x0000000000000000},
    {0xcecb8f27f4200f3a, 0x0000000000000000, 0x0000000000000000},
    {0xa70c3c40a64e6c51, 0x999090b65f67d924, 0x0000000000000000},
    {0x86f0ac99b4e8dafd, 0x69a028bb3ded71a3, 0xdf9f915627c04e28},
    {0xda01ee641a708de9, 0xe80e6f4820cc9495, 0xd74baad03bc1d8d3},
    {0xb01ae745b101e9e4, 0x5ec05dcff72e7f8f, 0xc04c79ffe324301f},
    {0x8e41ade9fbebc27d, 0x14588f13be847307, 0x23bd6a2059c002f5},
    {0xe5d3ef282a242e81, 0x8f1668c8a86da5fa, 0xf0b5ccf5176ecc7c},
    {0xb9a74a0637ce2ee1, 0x6d953e2bd7173692, 0x88efb0037ac08bde},
    {0x95f83d0a1fb69cd9, 0x4abdaf101564f98e, 0x0d5a4af7b3a98e47},
    {0xf24a01a73cf2dccf, 0xbc633b39673c8cec, 0x3d9c44cd2f36917c},
    {0xc3b8358109e84f07, 0x0a862f80ec4700c8, 0x02606ea01029dc37},
    {0x9e19db92b4e31ba9, 0x6c07a2c26a8346d1, 0x4944d9f52cd0dec2},
};

/* 5^0 ... 5^26 */
static const uint64_t fives[BLOCK] = {
    0x0000000000000001, 0x0000000000000005, 0x0000000000000019, 0x000000000000007d,
    0x0000000000000271, 0x0000000000000c35, 0x0000000000003d09, 0x000000000001312d,
    0x000000000005f5e1, 0x00000000001dcd65, 0x00000000009502f9, 0x0000000002e90edd,
    0x000000000e8d4a51, 0x0000000048c27395, 0x000000016bcc41e9, 0x000000071afd498d,
    0x0000002386f26fc1, 0x000000b1a2bc2ec5, 0x000003782dace9d9, 0x00001158e460913d,
    0x000056bc75e2d631, 0x0001b1ae4d6e2ef5, 0x000878678326eac9, 0x002a5a058fc295ed,
    0x00d3c21bcecceda1, 0x0422ca8b0a00a425, 0x14adf4b7320334b9};

__extension__ typedef unsigned __int128 wide;

static uint64_t high_word(wide value)
{
    return (uint64_t)(value >> 64);
}

/* floor(log2(10^k)), right while |k| <= 1233. */
static int log2_of_power(int k)
{
    return k * 1741647 >> 19;
}

/* The first 128 bits of 10^k, rounded up where bits are lost. */
static wide power_of_ten(int k)
{
    const size_t block = (size_t)(k - FIRST_BLOCK) / BLOCK;
    const size_t rest = (size_t)(k - FIRST_BLOCK) % BLOCK;
    const int first = k - (int)rest;
    const int shift = log2_of_power(k) - log2_of_power(first) - (int)rest; /* [bit] 0..63 */
    wide low, middle, high, power;

    assert(k >= FIRST_BLOCK && k <= LAST_BLOCK);
    /* The bits from 64 on of 192 by 61 bits, of which 128 remain above `shift`. */
    low = (wide)blocks[block][2] * fives[rest];
    middle = (wide)blocks[block][1] * fives[rest] + high_word(low);
    high = (wide)blocks[block][0] * fives[rest] + high_word(middle);
    power = high << (64 - shift) | (uint64_t)middle >> shift;
    return k >= 0 && k <= LAST_EXACT ? power : power + 1;
}

/* The upper 64 of the 192 bits of power * factor, with the last bit set when anything is cut off:
 * it keeps comparisons right. */
static uint64_t scaled(wide power, uint64_t factor)
{
    const wide low = (wide)(uint64_t)power * factor;
    const wide high = (wide)high_word(power) * factor + high_word(low);

    return high_word(high) | ((uint64_t)high > 1);
}

uint64_t sd_decimal_shortest(double value, int *ret_power)
{
    const uint64_t hidden = (uint64_t)1 << 52;
    uint64_t bits, c; /* value = c * 2^q */
    uint64_t lower, middle, upper, digits, tens;
    int q, k, h;
    bool narrow; /* the neighbour below is only half as far away as the one above */
    wide power;

    assert(value > 0);
    memcpy(&bits, &value, sizeof bits);
    c = bits & (hidden - 1);
    q = (int)(bits >> 52);
    narrow = c == 0 && q > 1;
    c |= q > 0 ? hidden : 0;
    q = (q > 0 ? q : 1) - 1075;

    k = (q * 1262611 - (narrow ? 524031 : 0)) >> 22; /* floor(log10 of the interval's width) */
    h = q + log2_of_power(-k) + 1;                   /* [bit] 1..4 */
    power = power_of_ten(-k);
    /* The interval of all numbers that read back to `value`, in quarters of 10^k.  Its ends belong
     * to it when c is even. */
    lower = scaled(power, (4 * c - 2 + narrow) << h) + (c & 1);
    middle = scaled(power, 4 * c << h);
    upper = scaled(power, (4 * c + 2) << h) - (c & 1);

    digits = middle / 4;
    tens = digits / 10;
    if ((lower <= 40 * tens) != (40 * tens + 40 <= upper)) {
        /* Exactly one multiple of 10^(k + 1) lies in it; it may end in more zeros. */
        digits = tens + (40 * tens + 40 <= upper);
        k++;
        for (; digits % 10 == 0; k++)
            digits /= 10;
    } else if ((lower <= 4 * digits) != (4 * digits + 4 <= upper)) {
        digits += 4 * digits + 4 <= upper;
    } else {
        /* Both neighbours lie in it: the nearer one, and of two the even one. */
        digits += middle > 4 * digits + 2 || (middle == 4 * digits + 2 && (digits & 1));
    }
    *ret_power = k;
    return digits;
}
