# Veredictos sobre afirmaciones, comprobación de citas y registros repetidos.

## Veredictos

verdict-supported = Respaldada
verdict-contradicted = Desmentida
verdict-conflicting = Fuentes enfrentadas
verdict-not-enough-evidence = Sin pruebas suficientes
verdict-reason-supported = Las fuentes siguientes la respaldan.
verdict-reason-contradicted = Las fuentes siguientes dicen otra cosa.
source-says = La fuente dice «{ $stated }», no «{ $claimed }».
date-left-open = Mis fuentes lo dicen, pero su fecha es menos exacta o está escrita de un modo que no permite confirmar esta.
speaker-not-named = Mis fuentes lo dicen, pero no como palabras de { $speaker }.
verdict-reason-conflicting = Hay fuentes independientes a favor y en contra.
verdict-reason-not-enough-evidence = Mis fuentes ni la respaldan ni la desmienten.
according-to = según { $speaker }
whole-message = El mensaje en conjunto
no-claim = Aquí no hay nada que comprobar. Escribe una afirmación: quién hizo qué, cuándo, cuánto.
set-aside = Apartado
set-aside-question = una pregunta
set-aside-opinion = una opinión
set-aside-wish = un deseo
set-aside-command = una petición
set-aside-no-statement = no afirma nada
claims-left-out = { $count ->
    [one] Otra afirmación no ha cabido; verifícala aparte.
   *[other] Otras { $count } afirmaciones no han cabido; verifícalas aparte.
}

## Pruebas

stance-supports = respalda
stance-contradicts = desmiente
stance-neutral = ni lo uno ni lo otro
attributed-to = atribuido a { $speaker }
nearest-evidence = Lo más cercano, aunque no decide nada
own-verdict = Lo que dicen mis fuentes

## Lo que hallaron otros al revisar una afirmación

reviewed = Revisada el { $date }: { $verdict }
review-verdict-supported = respaldada
review-verdict-partly-supported = respaldada en parte
review-verdict-contradicted = desmentida
review-verdict-disputed = en disputa
review-verdict-misleading = engañosa
review-verdict-outdated = anticuada
review-verdict-no-evidence = sin pruebas publicadas
review-evidence = Se apoya en
would-change = Qué la cambiaría

## Cómo se decidió un veredicto

how-decided = Cómo se decidió
decider-altered-quotation = En la fuente, las palabras citadas son otras.
decider-verbatim-quotation = La fuente recoge las palabras citadas, y son de la persona nombrada.
decider-full-text-alone = La búsqueda por significado no funciona ahora, y sin ella ningún pasaje puede decidir.
decider-sources-differ = Fuentes independientes discrepan, y cada parte es lo bastante clara para decidir por sí sola.
decider-passages-support = De los pasajes leídos, el más claro respalda la afirmación.
decider-passages-contradict = De los pasajes leídos, el más claro desmiente la afirmación.
decider-date-left-open = Hay pasajes que la contradicen solo por la fecha, y su fecha podría ser la misma.
decider-speaker-not-named = Hay pasajes que la respaldan, pero ninguno nombra a la persona a quien se atribuye.
decider-nothing-decides = Ningún pasaje leído es lo bastante claro, ni a favor de la afirmación ni en contra.
decider-review-differs = Una persona revisó esta afirmación y llegó a una conclusión distinta de la de las fuentes, así que queda abierta.
passages-read = Pasajes leídos y probabilidad de que cada uno respalde o desmienta la afirmación:
nothing-read = No había ningún pasaje que leer.
stances = respalda { $supports } %, desmiente { $contradicts } %, ni lo uno ni lo otro { $neutral } %

## Notas sobre cómo se llegó a un resultado

note-number-differs = el número difiere: afirmación { $claim }, fuente { $source }
note-name-differs = el nombre difiere: afirmación { $claim }, fuente { $source }
note-negation-differs = una niega lo que dice la otra: afirmación «{ $claim }», fuente «{ $source }»
note-review-differs = queda abierto, pues la revisión llegó a otra conclusión
note-date-left-open = la fecha del pasaje podría ser la misma
note-newer-update = una actualización anterior ({ $claim }) dice otra cosa que la más reciente ({ $source }), que es la que cuenta
note-speaker-not-named = los pasajes que lo respaldan no nombran a { $claim }
note-quotation-agrees = la cita es literal: «{ $claim }» ({ $source })
note-quotation-differs = la cita difiere: afirmación «{ $claim }», fuente «{ $source }»
note-part = parte de una cita más larga: «{ $source }»
note-reported = estilo indirecto de { $source }, en palabras de quien escribe
note-unnamed = la fuente no nombra a quien habla
note-possible-speakers = la fuente no aclara cuál de estas personas habla
note-several-voices = estas palabras juntan lo que dicen varias personas
note-own-words = son palabras de la propia fuente ({ $source }), no de alguien a quien cite
note-our-translation = son palabras de una traducción de { $source }, no del original
note-ellipsis = los puntos suspensivos unen lo que no va junto o se saltan una palabra que lo cambia
note-edge = faltan palabras en un extremo
note-several-speakers = «{ $claim }» puede ser varias personas: { $source }
note-unknown-speaker = mis fuentes no citan a nadie llamado «{ $claim }»
note-nothing-to-check = nada que comprobar: { $claim }
note-short = tan pocas palabras pueden ser de cualquiera

## Citas

quotation-verbatim = Literal
quotation-altered = Alterada
quotation-paraphrase = Paráfrasis
quotation-other-speaker = De otra persona
quotation-unattributed = Sin atribuir
quotation-not-found = No encontrada
quotation-reason-verbatim = Estas palabras están así en la fuente.
quotation-reason-altered = La fuente tiene casi estas palabras, con las diferencias que se muestran.
quotation-reason-paraphrase = No es literal: la fuente dice lo mismo con sus propias palabras, que se muestran abajo.
quotation-reason-other-speaker = Estas palabras están en mis fuentes, pero no son de esa persona.
quotation-reason-unattributed = Estas palabras están en mis fuentes, que no dicen de quién son.
quotation-reason-not-found = Nada en mis fuentes tiene estas palabras ni dice lo mismo.
differences = Lo preguntado y lo que dice la fuente
asked-about = preguntado
similarity = semejanza { $percent } %

## Registros repetidos

replay-same = Idéntico, byte a byte: el índice y los modelos son los del registro.
replay-changed = No es igual que el registro:
outcome-same = El resultado es el mismo: { $outcome }
outcome-changed = El resultado ha cambiado de «{ $before }» a «{ $now }»
