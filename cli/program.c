/* SPDX-License-Identifier: Apache-2.0 */
/* program.c: see program.h. */
#include "cli/program.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/audit.h"
#include "cli/lexicon.h"
#include "cli/subcommand.h"
#include "cli/words.h"
#include "core/i18n.h"

#ifndef OPINIA_INSTALLED
#define OPINIA_INSTALLED "/usr/local/share"
#endif

static const char *program_folder(struct arena *arena)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return ".";
	path[n] = 0;
	slash = strrchr(path, '/');
	if (slash)
		*slash = 0;
	return arena_printf(arena, "%s", path);
}

const char *program_data(const char *part, struct arena *arena)
{
	const char *folder = program_folder(arena);
	bool shared = strcmp(part, "locale") == 0;
	const char *tries[] = {
		arena_printf(arena, "%s/%s", folder, part),
		arena_printf(arena, "%s/../share/%s%s", folder, shared ? "" : "opinia/",
			     part),
		arena_printf(arena, OPINIA_INSTALLED "/%s%s", shared ? "" : "opinia/",
			     part),
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		if (tries[i] && access(tries[i], R_OK) == 0)
			return tries[i];
	return tries[0];
}

enum ui_lang program_language(const char *lang)
{
	static const char *const names[UI_LANGS] = { "en", "ro", "pl" };
	static const char *const tries[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *system = getenv("LANGUAGE");
	enum ui_lang found = UI_EN;
	struct arena arena;

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]) && !(system && system[0]);
	     i++)
		system = getenv(tries[i]);
	if (!lang || !lang[0])
		lang = system ? system : "en";
	for (int i = 0; i < UI_LANGS; i++)
		if (strncmp(lang, names[i], 2) == 0)
			found = (enum ui_lang)i;
	/* C.UTF-8 is on every Debian; LANGUAGE picks the catalogue, and numbers stay C. */
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", names[found], 1);
	arena_init(&arena, 0);
	bindtextdomain("opinia", program_data("locale", &arena));
	arena_release(&arena);
	bind_textdomain_codeset("opinia", "UTF-8");
	textdomain("opinia");
	return found;
}

int program_store_dir(const struct options *o, struct arena *arena, const char **out,
		      struct err *err)
{
	const char *dir = option_text(o, "store", getenv("OPINIA_STORE"));
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (!dir || !dir[0]) {
		if (data && data[0])
			dir = arena_printf(arena, "%s/opinia", data);
		else if (home && home[0])
			dir = arena_printf(arena, "%s/.local/share/opinia", home);
		else
			return err_set(err, ERR_USAGE,
				       "where is the store? give --store DIR");
	}
	*out = dir;
	return 0;
}

/* Who only looks at a store reads words for a filter or an example, if at all. */
static int open_at(struct program *p, const char *path, bool names, struct err *err)
{
	return names ? opinia_analyzer_open_names(&p->analyzer, path, err)
		     : opinia_analyzer_open(&p->analyzer, path, err);
}

static int open_table(struct program *p, bool names, struct err *err)
{
	const char *path = NULL;
	int rc = lexicon_find(p->store_dir, &p->arena, &path, err);

	if (rc)
		return rc;
	rc = open_at(p, path, names, err);
	/* The team's table was made by a program of another format, or is damaged: make it anew. */
	if (rc == ERR_INPUT && lexicon_discard(path)) {
		fprintf(stderr,
			_("opinia: %s was damaged, or of another version, and is made "
			  "anew\n"),
			path);
		*err = ERR_NONE;
		rc = lexicon_find(p->store_dir, &p->arena, &path, err);
		if (!rc)
			rc = open_at(p, path, names, err);
	}
	return rc;
}

int program_packs(const struct program *p, const struct options *o,
		  struct opinia_analyzer *a, struct err *err)
{
	struct sv names = setting_text(p->settings, "lexicon", "packs");
	int rc;

	if (option_given(o, "pack"))
		return opinia_analyzer_choose_packs(
			a, sv_of(option_text(o, "pack", NULL)), err);
	rc = opinia_analyzer_choose_packs(a, names.n ? names : SV("none"), err);
	if (!rc)
		return 0;
	err->code = ERR_CONFIG;
	return err_at(err, "%s: [lexicon] packs",
		      settings_path(p->settings) ? settings_path(p->settings) : "");
}

/* --lexicon: a folder over the lexicon for this run alone. */
static int open_analyzer(struct program *p, const struct options *o, bool names,
			 struct err *err)
{
	const struct opinia_language *languages;
	const char *overlay = option_nth(o, "lexicon", 0);
	int rc = overlay ? lexicon_open(p->store_dir, overlay,
					(struct lexicon_ear){ NULL, NULL }, &p->analyzer,
					&p->arena, err)
			 : open_table(p, names, err);

	if (!rc)
		rc = program_packs(p, o, p->analyzer, err);
	if (rc)
		return rc;
	languages = opinia_analyzer_languages(p->analyzer, &p->language_count);
	if (p->language_count > LANG_MAX)
		p->language_count = LANG_MAX;
	for (uint8_t i = 0; i < p->language_count; i++)
		p->languages[i] = languages[i].code;
	return 0;
}

struct opinia_store_options program_store_options(struct program *p)
{
	int64_t mib = setting_number(p->settings, "store", "map_max");

	return (struct opinia_store_options){
		.dir = p->store_dir,
		.key_file = p->key_file,
		.map_max = (size_t)mib << 20,
		.taxonomy = p->analyzer ? opinia_analyzer_taxonomy(p->analyzer) : NULL,
		.languages = p->languages,
		.language_count = p->language_count,
		.words = p->analyzer ? words_of(p->analyzer)
				     : (struct word_source){ .words = NULL },
	};
}

static int open_store(struct program *p, unsigned opens, struct err *err)
{
	struct opinia_store_options opt = program_store_options(p);
	int rc;

	opt.read_only = !(opens & OPENS_LANDING);
	opt.without_key = opt.read_only;
	opt.careful = opens & OPENS_CAREFUL;
	rc = opinia_store_open(&p->store, &opt, err);
	if (rc)
		return rc;
	p->zone = opinia_store_zone(p->store);
	if (opt.read_only && !opinia_store_has_key(p->store))
		fprintf(stderr, "opinia: %s\n",
			_("the store's key is not here: numbers are shown, words are "
			  "not"));
	return opens & OPENS_STORE ? opinia_snapshot_open(p->store, &p->snap, err) : 0;
}

static int read_settings(struct program *p, const struct options *o, struct err *err)
{
	const char *given = option_text(o, "config", NULL);
	const char *path =
		given ? given : arena_printf(&p->arena, "%s/opinia.conf", p->store_dir);
	int rc;

	if (!path)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = settings_read(&p->settings, path, &p->arena, err);
	if (rc != ERR_MISSING || given)
		return rc;
	*err = ERR_NONE;
	p->settings = settings_preset(&p->arena);
	return p->settings ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static int read_clock(struct program *p, const struct options *o, struct err *err)
{
	const char *text = option_text(o, "now", getenv("OPINIA_NOW"));

	p->now = when_now();
	if (!text || !text[0])
		return 0;
	p->fixed_now = true;
	if (!when_parse_iso(sv_of(text), p->zone, &p->now))
		return err_set(err, ERR_USAGE,
			       "--now %s: a time such as 2026-08-30 or 2026-08-30T12:00",
			       text);
	if (strlen(text) == 10) /* a day named as "now" is that whole day */
		p->now += MS_DAY - MS_SECOND;
	return 0;
}

static void look_at_terminal(struct program *p)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	struct winsize size;

	p->out = stdout;
	p->progress = isatty(STDERR_FILENO);
	if (!isatty(STDOUT_FILENO))
		return;
	p->columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col
			     ? size.ws_col
			     : 80;
	p->colour = !(no_colour && no_colour[0]) && term && strcmp(term, "dumb") != 0;
}

static enum print_format format_of(const struct options *o)
{
	const char *f = option_given(o, "format") ? option_nth(o, "format", 0) : "table";

	return f[0] == 'j' ? PRINT_JSON : f[0] == 'c' ? PRINT_CSV : PRINT_TABLE;
}

static int open_parts(struct program *p, const struct options *o, unsigned opens,
		      struct err *err)
{
	int rc = program_store_dir(o, &p->arena, &p->store_dir, err);

	p->key_file = option_text(o, "key", NULL);
	if (!rc)
		rc = read_settings(p, o, err);
	if (!rc && (opens & (OPENS_ANALYZER | OPENS_STORE | OPENS_LANDING)))
		rc = open_analyzer(p, o,
				   (opens & (OPENS_STORE | OPENS_LANDING |
					     OPENS_CAREFUL)) == OPENS_STORE,
				   err);
	/* what shows personal data leaves an entry behind */
	if (option_given(o, "reveal"))
		opens |= OPENS_LANDING;
	if (!rc && (opens & (OPENS_STORE | OPENS_LANDING)))
		rc = open_store(p, opens, err);
	if (!rc && opens & OPENS_LANDING)
		rc = audit_settings(p, err);
	if (!rc && !p->zone) {
		rc = zone_open(&p->own_zone, zone_system_name(), err);
		p->zone = p->own_zone;
	}
	return rc ? rc : read_clock(p, o, err);
}

int program_open(struct program *p, const struct options *o, unsigned opens,
		 struct err *err)
{
	int rc;

	*p = (struct program){ .lang = program_language(option_text(o, "lang", NULL)) };
	arena_init(&p->arena, 0);
	look_at_terminal(p);
	p->format = format_of(o);
	rc = open_parts(p, o, opens, err);
	if (rc)
		program_close(p);
	return rc;
}

void program_close(struct program *p)
{
	opinia_snapshot_close(p->snap);
	opinia_store_close(p->store);
	words_scratch_drop();
	opinia_analyzer_close(p->analyzer);
	zone_close(p->own_zone);
	arena_release(&p->arena);
	*p = (struct program){ .now = 0 };
}

int program_printer(struct program *p, const struct column *columns, size_t count,
		    struct printer **out, struct err *err)
{
	struct printer_options opt = {
		.format = p->format,
		.lang = p->lang,
		.out = p->out,
		.columns = p->columns,
		.colour = p->colour,
	};

	return printer_open(out, &opt, columns, count, err);
}

void program_remark(struct program *p, const char *fmt, ...)
{
	va_list ap;

	if (p->format != PRINT_TABLE)
		return;
	if (p->colour)
		fputs("\033[2m", p->out);
	va_start(ap, fmt);
	vfprintf(p->out, fmt, ap);
	va_end(ap);
	fputs(p->colour ? "\033[0m\n" : "\n", p->out);
}
