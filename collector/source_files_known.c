/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_files_known.c: see source_files.h. A file is a list of numbers in JSON; 64-bit hashes
 * are written as text, because readers of JSON may have no more than 53 bits.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/source_files.h"

static json_t *hash_json(uint64_t h)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, h);
	return json_string(text);
}

static uint64_t hash_of(const json_t *j)
{
	const char *s = json_string_value(j);

	return s ? strtoull(s, NULL, 16) : 0;
}

static bool read_one(struct known_file *f, const json_t *j, struct arena *arena)
{
	const json_t *name = json_object_get(j, "name");

	*f = (struct known_file){ .given = 0 };
	if (!json_is_string(name) || !json_string_length(name) ||
	    !arena_copy(arena,
			(struct sv){ json_string_value(name), json_string_length(name) },
			&f->name))
		return false;
	f->print.size = (uint64_t)json_integer_value(json_object_get(j, "size"));
	f->print.changed = json_integer_value(json_object_get(j, "mtime"));
	f->print.head = hash_of(json_object_get(j, "head"));
	f->print.tail = hash_of(json_object_get(j, "tail"));
	f->given = (uint64_t)json_integer_value(json_object_get(j, "records"));
	f->done = json_is_true(json_object_get(j, "done"));
	f->failed = json_is_true(json_object_get(j, "failed"));
	return true;
}

void known_files_read(struct known_files *k, struct sv cursor, struct arena *arena)
{
	json_t *root = json_loadb(cursor.p ? cursor.p : "", cursor.n, 0, NULL);
	const json_t *files = json_object_get(root, "files");
	size_t n = json_array_size(files);

	k->count = 0;
	k->before = json_integer_value(json_object_get(root, "before"));
	for (size_t i = 0; i < n && k->count < FILES_KNOWN; i++)
		if (read_one(&k->at[k->count], json_array_get(files, i), arena))
			k->count++;
	json_decref(root);
}

static json_t *one_json(const struct known_file *f)
{
	return json_pack("{s:s%, s:I, s:I, s:o, s:o, s:I, s:b, s:b}", "name", f->name.p,
			 f->name.n, "size", (json_int_t)f->print.size, "mtime",
			 (json_int_t)f->print.changed, "head", hash_json(f->print.head),
			 "tail", hash_json(f->print.tail), "records",
			 (json_int_t)f->given, "done", (int)f->done, "failed",
			 (int)f->failed);
}

struct sv known_files_write(const struct known_files *k, struct arena *arena)
{
	json_t *root = json_object(), *files = json_array();
	struct sv out = { NULL, 0 };
	char *text;

	for (size_t i = 0; i < k->count; i++)
		json_array_append_new(files, one_json(&k->at[i]));
	if (k->before)
		json_object_set_new(root, "before", json_integer(k->before));
	json_object_set_new(root, "files", files);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (!text || !arena_copy(arena, sv_of(text), &out))
		out = (struct sv){ NULL, 0 };
	free(text);
	return out;
}

struct known_file *known_files_find(struct known_files *k, struct sv name)
{
	for (size_t i = 0; i < k->count; i++)
		if (sv_eq(k->at[i].name, name))
			return &k->at[i];
	return NULL;
}

/* The oldest that is done; else the oldest of all, which will then be read again. */
static size_t oldest(const struct known_files *k)
{
	size_t best = 0;

	for (size_t i = 1; i < k->count; i++) {
		const struct known_file *a = &k->at[i], *b = &k->at[best];

		if (a->done != b->done ? a->done : a->print.changed < b->print.changed)
			best = i;
	}
	return best;
}

struct known_file *known_files_add(struct known_files *k, struct sv name)
{
	if (k->count == FILES_KNOWN) {
		size_t i = oldest(k);

		if (k->at[i].done && k->at[i].print.changed >= k->before)
			k->before = k->at[i].print.changed + 1;
		k->at[i] = k->at[--k->count];
	}
	k->at[k->count] = (struct known_file){ .name = name };
	return &k->at[k->count++];
}

void known_files_drop_absent(struct known_files *k)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->count; i++)
		if (k->at[i].there)
			k->at[kept++] = k->at[i];
	k->count = kept;
}
