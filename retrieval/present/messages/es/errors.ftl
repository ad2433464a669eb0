# Cuando algo no funciona en Discord.

## Por qué no hay respuesta

busy = Ahora mismo hay muchas preguntas en espera. Vuelve a intentarlo dentro de un minuto.
late = Ha tardado demasiado y lo he dejado. Vuelve a preguntar, por favor.
user-cooldown = { $seconds ->
    [one] Espera un segundo antes de volver a preguntar.
   *[other] Espera { $seconds } segundos antes de volver a preguntar.
}
server-cooldown = { $seconds ->
    [one] Este servidor pregunta mucho ahora mismo. Espera un segundo.
   *[other] Este servidor pregunta mucho ahora mismo. Espera { $seconds } segundos.
}
stopping = Estoy a punto de reiniciarme. Vuelve a preguntar dentro de un minuto.
failed = Algo ha fallado por mi parte y queda en mi registro. Inténtalo más tarde.
expired = Aquello a lo que pertenece este botón ya no está guardado. Vuelve a preguntar.
not-yours = Solo puede hacerlo quien preguntó.
not-allowed = Solo puede hacerlo quien administra este servidor, y solo en un servidor al que se me haya añadido.
curators-only = Solo pueden hacerlo los curadores que nombra quien gestiona este bot.
nothing-to-check = En este mensaje no hay texto que pueda leer.
channel-private = En este canal no se permiten respuestas públicas, así que esta es solo para ti.
mention-help = Mencióname con una pregunta o una afirmación. Para comprobar el mensaje de otra persona, mantenlo pulsado o haz clic derecho y elige Aplicaciones → Verificar.

## Errores por su código

error-bad-question = Aquí no hay palabras que buscar, o hay más de las que puedo leer de una vez. Haz una pregunta en español o en inglés.
error-busy = { busy }
error-late = { late }
error-stopping = { stopping }
error-broken-off = { failed }
error-not-yours = Esta fuente se añadió en otro lugar. Solo pueden cambiarla los curadores que nombra quien gestiona este bot.
error-too-costly = Leer este documento lleva más tiempo o memoria de lo que puedo gastar. Prueba con texto sin formato.
error-unknown-source = Ninguna fuente tiene ese identificador. /fuentes las muestra.
error-unsupported-format = Leo archivos .txt, .md, .html, .pdf, .docx, .odt, .epub, .eml, .mht, .vtt, .srt y .json (chats exportados de Discord), direcciones web y canales de noticias.
error-source-too-large = Es más grande de lo que puedo leer.
error-damaged-document = El documento está dañado y no se puede leer.
error-encrypted-document = El documento está protegido con contraseña.
error-no-text = En este documento no hay texto; si es un escaneo, alguien tendría que leerlo antes.
error-forbidden-address = Eso no se puede abrir. Da una dirección pública que empiece por https:// o http://, o adjunta el archivo.
error-address-unreachable = Esa dirección no responde. Inténtalo más tarde o adjunta el archivo.
error-home-busy = Alguien está cambiando las fuentes ahora mismo. Inténtalo dentro de un minuto.
