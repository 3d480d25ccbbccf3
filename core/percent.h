/* SPDX-License-Identifier: Apache-2.0 */
/* percent.h: what URLs, forms and JSON write in hexadecimal digits: %40. */
#ifndef OPINIA_CORE_PERCENT_H
#define OPINIA_CORE_PERCENT_H

#include "core/sv.h"

int hex_digit(char c); /* 0 to 15, in either case; -1: none */

/*
 * @s without percents, into @out (as many bytes as @s; it may be @s); what no two digits follow stays as it
 * is. @form: a + is a blank.
 */
struct sv percent_decode(struct sv s, bool form, char *out);

#endif
