# Las órdenes de Discord: los nombres van en minúscula y sin espacios (32 caracteres como mucho); las descripciones, 100 como mucho.

## Órdenes

command-ask = preguntar
    .description = Haz una pregunta; la respuesta son citas literales o un honesto «no está en mis fuentes»
command-check = verificar
    .description = Comprueba si una afirmación se sostiene, según quién y con qué palabras
command-quote = cita
    .description = ¿De verdad lo dijo? Compara una cita con el original
command-quotes = citas
    .description = Muestra quién dijo qué
command-sources = fuentes
    .description = Muestra los documentos con los que respondo
command-about = acerca
    .description = Qué es este bot, qué guarda, su licencia y sus versiones
command-forget-me = olvídame
    .description = Borra todo lo guardado sobre ti
command-source = fuente
    .description = Añade, retira y muestra fuentes
command-source-add = añadir
    .description = Añade un documento desde un archivo o una dirección web
command-source-remove = retirar
    .description = Retira una fuente; desde entonces nada la cita
command-source-list = lista
    .description = Muestra las fuentes con sus identificadores
command-rebuild = reconstruir
    .description = Pone el índice al día con las fuentes
command-settings = ajustes
    .description = Cómo se comporta el bot en este servidor
menu-check = Verificar
menu-find = Buscar la fuente

## Opciones

option-question = pregunta
    .description = En español o en inglés; las fuentes pueden estar en la otra lengua
option-sources = fuentes
    .description = Cuántas citas mostrar, de 1 a 5
option-private = privada
    .description = Muestra la respuesta solo para ti
option-claim = afirmación
    .description = Algo que se afirma: quién hizo qué, cuándo, cuánto
option-text = texto
    .description = Las palabras que se le atribuyen a alguien
option-speaker = persona
    .description = A quién se le atribuyen
option-about = sobre
    .description = De qué deben tratar las citas
option-file = archivo
    .description = Un archivo .txt, .md, .html, .pdf, .docx, .odt, .epub, .eml, .mht, .vtt, .srt o .json
option-address = dirección
    .description = Una dirección web que leer
option-title = título
    .description = Su título
option-publisher = editor
    .description = Quién lo publicó
option-source = fuente
    .description = La fuente, por título o identificador
option-full = todo
    .description = Busca las citas y codifica todo de nuevo
option-language = idioma
    .description = Idioma cuando ni la pregunta ni quien lee lo indican
option-mentions = menciones
    .description = Responde cuando alguien me menciona
option-default-private = privadas
    .description = Responde en privado salvo que se pida otra cosa
option-allow = permitir
    .description = Permite respuestas públicas en este canal; si no se elige ninguno, valen todos
option-disallow = impedir
    .description = Deja de permitir respuestas públicas en este canal
