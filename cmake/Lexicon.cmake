# The build-time compiler of the lexicons, and the table that the program maps. The program looks
# beside itself first (build/lexicons), so a built tree runs from any working directory.
add_executable(lexc analyzer/lexc.c)
target_link_libraries(lexc PRIVATE opinia_analyzer)
file(GLOB_RECURSE LEXICON_FILES CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/lexicons/*.tsv ${PROJECT_SOURCE_DIR}/lexicons/*.txt)
set(LEXICON ${CMAKE_BINARY_DIR}/lexicons/opinia.lex)
add_custom_command(
  OUTPUT ${LEXICON}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/lexicons
  COMMAND lexc ${PROJECT_SOURCE_DIR}/lexicons ${LEXICON}
  # The sources too: a team's own lines (lexicons.d) are compiled with them.
  COMMAND ${CMAKE_COMMAND} -E copy_directory ${PROJECT_SOURCE_DIR}/lexicons ${CMAKE_BINARY_DIR}/lexicons
  DEPENDS lexc ${LEXICON_FILES}
  COMMENT "Compiling the lexicons" VERBATIM)
add_custom_target(lexicon ALL DEPENDS ${LEXICON})
