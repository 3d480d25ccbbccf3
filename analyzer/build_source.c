/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_source.c: the folders and files of a lexicon. Every byte that is read goes into the
 * hash, with the file's name and the level of its folder, so that a verdict can name exactly
 * the lexicon that made it.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/build.h"

enum { SOURCE_MAX = 64 << 20 }; /* bytes of one file */

static struct sv read_all(struct builder *b, FILE *in)
{
	struct sv all = { NULL, 0 };
	char *p = NULL;
	size_t room = 0;

	for (;;) {
		size_t n;

		if (room - all.n < 65536) {
			size_t want = room ? room * 2 : 1 << 17;

			p = want > SOURCE_MAX ? NULL
					      : arena_grow(&b->arena, p, room, want);
			if (!p) {
				b->failed = true;
				return (struct sv){ NULL, 0 };
			}
			room = want;
		}
		n = p ? fread(p + all.n, 1, 65536, in) : 0;
		all = (struct sv){ p, all.n + n };
		if (!n)
			return all;
	}
}

bool source_open(struct builder *b, struct source *src, uint8_t level, const char *folder,
		 const char *name)
{
	char tag[512];
	FILE *in;
	int n;

	src->line = 0;
	src->level = level;
	src->lang = 0;
	snprintf(src->path, sizeof(src->path), "%s/%s%s%s", b->dirs[level], folder,
		 *folder ? "/" : "", name);
	in = fopen(src->path, "rb");
	if (!in)
		return false;
	src->rest = read_all(b, in);
	if (ferror(in))
		build_note(b, src, true, "cannot be read");
	fclose(in);
	n = snprintf(tag, sizeof(tag), "%u/%s/%s %zu\n", level, folder, name,
		     src->rest.n);
	crypto_hash_sha256_update(&b->hash, (const unsigned char *)tag,
				  (unsigned long long)n);
	if (src->rest.n)
		crypto_hash_sha256_update(&b->hash, (const unsigned char *)src->rest.p,
					  src->rest.n);
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **keep_name(struct builder *b, const char **all, size_t n,
			      const char *name)
{
	if (!(n & (n - 1)))
		all = arena_grow(&b->arena, all, n * sizeof(*all),
				 (n ? 2 * n : 1) * sizeof(*all));
	if (!all || !(all[n] = arena_printf(&b->arena, "%s", name)))
		b->failed = true;
	return b->failed ? NULL : all;
}

const char **source_list(struct builder *b, uint8_t level, const char *folder,
			 const char *stem, size_t *count)
{
	const char *path = arena_printf(&b->arena, "%s/%s", b->dirs[level], folder);
	DIR *d = path ? opendir(path) : NULL;
	const char **all = NULL;
	struct dirent *e;

	*count = 0;
	b->failed |= !path;
	while (d && !b->failed && (e = readdir(d))) {
		struct sv name = sv_of(e->d_name);

		if (!sv_starts(name, sv_of(stem)) || !sv_ends(name, SV(".tsv")))
			continue;
		all = keep_name(b, all, *count, e->d_name);
		*count += all != NULL;
	}
	if (d)
		closedir(d);
	if (*count)
		qsort(all, *count, sizeof(*all), by_name);
	return all;
}

bool source_text_line(struct source *src, struct sv *line)
{
	while (src->rest.n) {
		*line = sv_cut(&src->rest, '\n');
		src->line++;
		if (line->n && line->p[line->n - 1] == '\r')
			line->n--;
		if (!sv_trim(*line).n || sv_starts(*line, SV("# ")) ||
		    sv_eq(*line, SV("#")))
			continue;
		return true;
	}
	return false;
}

bool source_row(struct builder *b, struct source *src)
{
	struct sv line;

	if (!source_text_line(src, &line))
		return false;
	src->columns = 0;
	for (int i = 0; i < BUILD_COLUMNS; i++)
		src->column[i] = (struct sv){ "", 0 };
	for (;;) {
		bool more = memchr(line.p, '\t', line.n) != NULL;

		if (src->columns == BUILD_COLUMNS) {
			build_note(b, src, true, "more than %d columns", BUILD_COLUMNS);
			return true;
		}
		src->column[src->columns++] = sv_trim(more ? sv_cut(&line, '\t') : line);
		if (!more || !line.n)
			return true;
	}
}

bool source_milli(struct sv s, int32_t *milli)
{
	bool minus = false, dot = false;
	int32_t value = 0, digits = 0, behind = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!i && (s.p[i] == '-' || s.p[i] == '+'))
			minus = s.p[i] == '-';
		else if (s.p[i] == '.' && !dot)
			dot = true;
		else if (s.p[i] >= '0' && s.p[i] <= '9' && digits < 8 && behind < 3)
			value = value * 10 + (s.p[i] - '0'), digits++, behind += dot;
		else
			return false;
	}
	if (!digits)
		return false;
	for (; behind < 3; behind++)
		value = value > 200000000 ? value : value * 10;
	*milli = minus ? -value : value;
	return true;
}

static bool is_language(const char *dir, const char *name)
{
	char path[4096];
	struct stat st;

	if (name[0] == '.' || strlen(name) > 8 || !strcmp(name, "und"))
		return false;
	snprintf(path, sizeof(path), "%s/%s/language.tsv", dir, name);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool add_language(struct builder *b, const char *name)
{
	char *copy;

	for (uint8_t i = 0; i < b->lang_count; i++)
		if (!strcmp(b->code[i], name))
			return true;
	if (b->lang_count == TABLE_LANGS_MAX) {
		err_set(b->err, ERR_CONFIG, "more than %d languages",
			TABLE_LANGS_MAX - 1);
		return false;
	}
	copy = arena_printf(&b->arena, "%s", name);
	b->failed |= !copy;
	if (copy)
		b->code[b->lang_count++] = copy;
	return copy != NULL;
}

bool build_languages(struct builder *b)
{
	b->code[0] = "und";
	b->lang_count = 1;
	for (uint8_t i = 0; i < b->dir_count; i++) {
		DIR *d = opendir(b->dirs[i]);
		struct dirent *e;

		if (!d && i == 0) {
			err_set(b->err, ERR_MISSING, "%s: no such folder", b->dirs[i]);
			return false;
		}
		while (d && (e = readdir(d)))
			if (is_language(b->dirs[i], e->d_name) &&
			    !add_language(b, e->d_name)) {
				closedir(d);
				return false;
			}
		if (d)
			closedir(d);
	}
	qsort(b->code + 1, b->lang_count - 1u, sizeof(b->code[0]), by_name);
	if (b->lang_count == 1)
		err_set(b->err, ERR_CONFIG, "%s: no folder with a language.tsv",
			b->dirs[0]);
	return b->lang_count > 1;
}
