/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h: who looked at personal data, and when: a line in DIR/audit.log before anything is shown. */
#ifndef OPINIA_CLI_AUDIT_H
#define OPINIA_CLI_AUDIT_H

#include "cli/program.h"

/* ERR_CONFIG without the key; ERR_SYSTEM when the line could not be written: then nothing is shown. */
int audit_reveal(struct program *p, struct sv what, struct err *err);

#endif
