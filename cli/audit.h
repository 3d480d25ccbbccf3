/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h: who did what with personal data: an entry in the store's audit trail before it is done. */
#ifndef OPINIA_CLI_AUDIT_H
#define OPINIA_CLI_AUDIT_H

#include "cli/program.h"

/* An entry of the person who runs this program; lives in p->arena. @why may be empty. */
struct opinia_audit audit_entry(struct program *p, const char *action, struct sv what,
				struct sv why);
/*
 * @what (a filter, a text) is kept as a digest: it may hold the very words that it looks for. ERR_CONFIG
 * without the key, ERR_SYSTEM when the entry could not be written: then nothing is shown.
 */
int audit_reveal(struct program *p, struct sv what, struct err *err);
/* The settings, when they are not those that the trail knows of. */
int audit_settings(struct program *p, struct err *err);

#define OPTION_REASON                                                                    \
	{                                                                                \
		"reason", OPTION_TEXT, "TEXT",                                           \
			N_("Why, for the audit trail; no personal data")                 \
	}

#endif
