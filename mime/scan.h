/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h: is a mail small enough to be taken apart? One pass over its lines, before the
 * library that builds objects of them sees a byte.
 */
#ifndef OPINIA_MIME_SCAN_H
#define OPINIA_MIME_SCAN_H

#include "core/sv.h"

/* NULL: yes; else the sentence that says which ceiling it breaks. */
const char *scan_mail(struct sv mail);

#endif
