/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h: what opinia.conf may say. A row a setting: key, unit, range, preset, help; the
 * parser, the commented file that `init` writes and the man page all read the same rows.
 */
#ifndef OPINIA_CORE_SETTINGS_H
#define OPINIA_CORE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/sv.h"

enum { SOURCES_MAX = 64, SOURCE_PAIRS_MAX = 256 };

enum setting_type { SETTING_TEXT, SETTING_NUMBER };

struct setting_row {
	const char *section, *key;
	enum setting_type type;
	const char *unit; /* of a number: "MiB", "days", "answers"; "" for none */
	int64_t min, max; /* of a number                                        */
	const char *preset;
	const char *help; /* msgid: one or two sentences                        */
};

struct settings; /* values by row; lives in the arena it was read into */

/* ERR_MISSING: no such file; ERR_CONFIG: "file:line: …" for an unknown key, a number out of range … */
int settings_read(struct settings **out, const char *path, struct arena *arena,
		  struct err *err);
struct settings *settings_preset(struct arena *arena); /* NULL: out of memory */

struct sv setting_text(const struct settings *s, const char *section, const char *key);
int64_t setting_number(const struct settings *s, const char *section, const char *key);

/*
 * What `[source NAME]` says. Which keys a source may have, its adapter knows; here they are only
 * collected, in the order of the file.
 */
struct setting_pair {
	struct sv key, value;
	int line;
};

struct setting_source {
	struct sv name;
	int line;
	const struct setting_pair *pairs;
	size_t count;
};

const struct setting_source *settings_sources(const struct settings *s, size_t *count);
/* What `[retention]` says of sources by name, beside `default`; checked by who reads it. */
const struct setting_source *settings_retention(const struct settings *s);
const char *settings_path(const struct settings *s); /* NULL: no file was read */

/* The commented file with every preset, as `init` writes it. */
void settings_template(struct buf *out);

#endif
