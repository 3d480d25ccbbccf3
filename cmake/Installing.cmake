# What `ninja install` puts where: the program, its compiled lexicon, catalogues, manual, completion.
include(GNUInstallDirs)
install(TARGETS opinia RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS opinia-mime RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/opinia)
install(FILES ${CMAKE_BINARY_DIR}/lexicons/opinia.lex DESTINATION ${CMAKE_INSTALL_DATADIR}/opinia/lexicons)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/lexicons/ DESTINATION ${CMAKE_INSTALL_DATADIR}/opinia/lexicons)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/collector/maps/ DESTINATION ${CMAKE_INSTALL_DATADIR}/opinia/maps
        FILES_MATCHING PATTERN "*.map")
install(DIRECTORY ${CMAKE_BINARY_DIR}/locale/ DESTINATION ${CMAKE_INSTALL_DATADIR}/locale)
foreach(SECTION IN ITEMS 1 5 7)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man${SECTION}
          FILES_MATCHING PATTERN "*.${SECTION}")
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/contrib/completion/opinia.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME opinia)
install(FILES ${PROJECT_SOURCE_DIR}/contrib/completion/opinia.zsh
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _opinia)
install(FILES ${PROJECT_SOURCE_DIR}/contrib/completion/opinia.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/contrib/asterisk ${PROJECT_SOURCE_DIR}/contrib/systemd
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
