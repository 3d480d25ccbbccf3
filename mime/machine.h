/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h: was this mail written by nobody? (RFC 3834; delivery reports are in report.h.) */
#ifndef OPINIA_MIME_MACHINE_H
#define OPINIA_MIME_MACHINE_H

#include "core/buf.h"
#include "core/sv.h"

/* Why, as MIME_MACHINE says it, behind @out; nothing where it is a person's. @subject: decoded. */
void machine_of(struct sv header, struct sv subject, struct buf *out);

#endif
