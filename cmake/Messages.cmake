# The program's own words in Romanian and Polish: po/<lang>.po -> build/locale, looked up beside
# the program first. xgettext reads the strings marked _() , N_() and those of err_set().
find_program(MSGFMT msgfmt REQUIRED)
foreach(LINGUA IN ITEMS ro pl)
  set(MO ${CMAKE_BINARY_DIR}/locale/${LINGUA}/LC_MESSAGES/opinia.mo)
  get_filename_component(MO_DIR ${MO} DIRECTORY)
  add_custom_command(
    OUTPUT ${MO}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${MO_DIR}
    COMMAND ${MSGFMT} --check -o ${MO} ${PROJECT_SOURCE_DIR}/po/${LINGUA}.po
    DEPENDS ${PROJECT_SOURCE_DIR}/po/${LINGUA}.po VERBATIM)
  list(APPEND MESSAGES ${MO})
endforeach()
add_custom_target(messages ALL DEPENDS ${MESSAGES})
