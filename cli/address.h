/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h: an address as people paste it: out of a mail's From line, a link, a business card. What
 * it is of all that, in one spelling; what is no single address is refused with the form that is one, so
 * that nobody is told "nobody has it" of somebody who is here.
 */
#ifndef OPINIA_CLI_ADDRESS_H
#define OPINIA_CLI_ADDRESS_H

#include "core/err.h"
#include "core/sv.h"

enum { ADDRESS_MAX = 1000 };

/* The e-mail address, number or CRM id in @line, to @out (no longer than @line). ERR_USAGE: it is none, or
 * several. */
int address_read(struct sv line, char out[ADDRESS_MAX + 1], struct err *err);
/* Digits and what stands between them, without the country? */
bool address_lacks_country(struct sv address);

#endif
