/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_settings.h: what `[source NAME]` of opinia.conf says, checked against the rows that
 * all sources share and those of its adapter. A wrong key is ERR_CONFIG "file:line: …; did you
 * mean …?". Everything lives in the arena that it was read into.
 *
 * Secrets never stand in the configuration: `secret_file = PATH` (0600), or
 * `secret_credential = NAME` for a file of $CREDENTIALS_DIRECTORY (systemd). The file is read
 * anew at each open, so that a changed secret counts without a restart. Every line of it is a
 * secret: the first is used to ask, all are accepted from callers, so secrets can be rotated.
 */
#ifndef OPINIA_COLLECTOR_SOURCE_SETTINGS_H
#define OPINIA_COLLECTOR_SOURCE_SETTINGS_H

#include "core/arena.h"
#include "core/record.h"
#include "core/settings.h"
#include "core/when.h"

enum source_row_type {
	ROW_TEXT,
	ROW_NUMBER,   /* min..max                                         */
	ROW_DURATION, /* 30s 5m 2h 16d; asked for in ms                    */
	ROW_CHOICE,   /* @arg: "password|xoauth2"                          */
	ROW_FLAG,     /* yes, no                                          */
	ROW_PREFIX,   /* any key that begins so: "map." (key ends in a dot) */
};

struct source_row {
	const char *key;
	enum source_row_type type;
	const char *arg;    /* a choice's values, else what people write: "URL" */
	const char *preset; /* NULL: none; "!" : the source must say it         */
	int64_t min, max;
	const char *help; /* msgid, one sentence */
};

enum { SECRETS_MAX = 4, SECRET_BYTES_MAX = 8192 };

struct source_settings {
	const char *name; /* of the source */
	const char *file; /* opinia.conf, for errors */
	int line;	  /* of the section */
	const struct setting_source *said;
	const struct source_row *rows; /* of the adapter */
	size_t row_count;
	const char *credentials; /* $CREDENTIALS_DIRECTORY; NULL: systemd lends nothing */
	struct arena *arena;
};

/* adapter every channel kind language map. scale. values. attr. private timeout secret_file
 * secret_credential: of every source. Sorted. */
const struct source_row *source_common_rows(size_t *count);

/* Are all keys known and all values possible? */
int source_settings_check(const struct source_settings *s, struct err *err);

/* What was said, else the preset; NULL: neither. */
const char *source_text(const struct source_settings *s, const char *key);
int64_t source_number(const struct source_settings *s, const char *key);
int64_t source_duration_ms(const struct source_settings *s, const char *key);
bool source_flag(const struct source_settings *s, const char *key);

/* "30s", "5m", "2h", "16d" as milliseconds. */
bool source_span(struct sv text, int64_t *ms);

/* The n-th pair whose key begins with @prefix: *rest is the key behind it. */
bool source_prefixed(const struct source_settings *s, const char *prefix, size_t n,
		     struct sv *rest, struct sv *value);

/*
 * The lines of the file that `<what>_file` or `<what>_credential` names; @what is "secret" or,
 * where an adapter has rows for it, "client_secret" … ERR_CONFIG: neither is said, the file is
 * not there, empty, too large, or others may read it. The text never enters a message.
 */
int source_secrets(const struct source_settings *s, const char *what, struct arena *arena,
		   struct sv out[SECRETS_MAX], size_t *count, struct err *err);

/* Where that file is. *lent: by systemd, whose files others may seem to read. */
int source_secret_path(const struct source_settings *s, const char *what,
		       struct arena *arena, const char **path, bool *lent,
		       struct err *err);

/* Put "file:line: [source NAME] key: " in front of @err. Returns the code. */
int source_at(const struct source_settings *s, const char *key, struct err *err);

/* import_options out of the common keys (channel, kind, map., attr., scale., values.), in @arena. */
struct import_options;
int source_import_options(const struct source_settings *s, const struct zone *zone,
			  struct arena *arena, struct import_options *out,
			  struct err *err);

#endif
